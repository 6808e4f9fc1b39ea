package io.kulkul.core.bus;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Collects the other instances' answers to what this one asks them, for a limited time. Thread-safe; no method waits.
 *
 * @param <A> an answer
 */
public final class Questions<A> {

    private final ScheduledExecutorService timer;
    private final Duration patience;
    private final Map<String, Question<A>> open = new ConcurrentHashMap<>();

    /**
     * Begins without questions.
     *
     * @param patience how long answers are waited for
     */
    public Questions(ScheduledExecutorService timer, Duration patience) {
        this.timer = timer;
        this.patience = patience;
    }

    /**
     * Asks.
     *
     * @param id the question's, unlike any other one's
     * @param whom those whose answers are waited for
     * @param send sends the question; called once
     * @return what was answered; completes with the last answer or when the time is over, on any thread
     */
    public CompletionStage<Answers<A>> ask(String id, List<Member> whom, Runnable send) {
        if (whom.isEmpty()) {
            send.run();
            return CompletableFuture.completedStage(new Answers<>(List.of(), List.of()));
        }
        Question<A> question = new Question<>(whom);
        open.put(id, question);
        question.tooLate = timer.schedule(() -> end(id), patience.toMillis(), TimeUnit.MILLISECONDS);
        send.run();
        return question.answers;
    }

    /** Takes an answer; one that comes too late, or to somebody else's question, is let go. */
    public void answered(String id, String incarnation, A answer) {
        Question<A> question = open.get(id);
        if (question != null && question.answered(incarnation, answer)) {
            end(id);
        }
    }

    /** The instance has said goodbye: it has nothing any more that could be asked for. */
    public void left(String incarnation) {
        open.forEach((id, question) -> {
            if (question.without(incarnation)) {
                end(id);
            }
        });
    }

    /** Ends all questions with the answers there are. */
    public void stop() {
        open.keySet().forEach(this::end);
    }

    private void end(String id) {
        Question<A> question = open.remove(id);
        if (question != null) {
            question.end();
        }
    }

    private static final class Question<A> {

        private final CompletableFuture<Answers<A>> answers = new CompletableFuture<>();

        /** Who has not answered yet: names by incarnation; guarded by itself, as is {@code given}. */
        private final Map<String, String> waitingFor = new HashMap<>();

        private final List<A> given = new ArrayList<>();
        private volatile @Nullable Future<?> tooLate;

        Question(List<Member> whom) {
            whom.forEach(member -> waitingFor.put(member.incarnation(), member.name()));
        }

        /** Returns whether it was the last answer. */
        boolean answered(String incarnation, A answer) {
            synchronized (waitingFor) {
                if (waitingFor.remove(incarnation) == null) {
                    return false;
                }
                given.add(answer);
                return waitingFor.isEmpty();
            }
        }

        boolean without(String incarnation) {
            synchronized (waitingFor) {
                return waitingFor.remove(incarnation) != null && waitingFor.isEmpty();
            }
        }

        void end() {
            Future<?> timeOut = tooLate;
            if (timeOut != null) {
                timeOut.cancel(false);
            }
            Answers<A> all;
            synchronized (waitingFor) {
                all = new Answers<>(given, waitingFor.values().stream().sorted().toList());
            }
            // Without the lock: whoever waits goes on on this thread.
            answers.complete(all);
        }
    }
}
