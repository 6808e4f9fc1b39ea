package io.kulkul.core.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.eventlog.DurableLog.Stored;
import io.kulkul.core.testkit.FakeDurableLog;
import io.kulkul.core.testkit.ManualExecutor;
import io.kulkul.core.testkit.ManualTimer;
import io.kulkul.core.testkit.TestTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What waits shares a transaction, in its order, and is told what became of it. */
@SuppressWarnings("FutureReturnValueIgnored") // what became of them is not what those tests are about
class GroupCommitTest {

    private final TestTime time = new TestTime();
    private final FakeDurableLog log = new FakeDurableLog(time);
    private final ManualExecutor thread = new ManualExecutor();
    private final ManualTimer timer = new ManualTimer(time);
    private final List<Stored> committed = new ArrayList<>();
    private final GroupCommit commits = new GroupCommit(log, thread, timer, committed::addAll, time::nanos);

    private CompletableFuture<Stored> append(String payload) {
        Draft draft = new Draft(new ChannelId("", "x:1"), "e", payload, "id-" + payload, null, null, null);
        return commits.append(draft).toCompletableFuture();
    }

    @Test
    void whatWaitsSharesOneTransactionUpToItsLimit() {
        List<CompletableFuture<Stored>> stored = IntStream.rangeClosed(1, GroupCommit.MAX_BATCH + 1)
                .mapToObj(number -> append(Integer.toString(number)))
                .toList();

        thread.runAll();

        assertThat(log.appends()).isEqualTo(2);
        assertThat(stored).allMatch(CompletableFuture::isDone);
        assertThat(stored).extracting(each -> each.join().event().seq()).isSorted();
    }

    @Test
    void largeEventsShareNoTransactionWithManyOthers() {
        String large = "x".repeat(GroupCommit.MAX_BATCH_CHARACTERS);
        append(large);
        append(large);

        thread.runAll();

        assertThat(log.appends()).isEqualTo(2);
    }

    @Test
    void itIsDeliveredBeforeItsPublisherHears() {
        List<Integer> deliveredThen = new ArrayList<>();
        append("1").thenAccept(stored -> deliveredThen.add(committed.size()));

        thread.runAll();

        assertThat(deliveredThen).containsExactly(1);
    }

    @Test
    void anEventThatTheLogRefusesTakesNoOtherAlong() {
        log.refuse("2");
        CompletableFuture<Stored> first = append("1");
        CompletableFuture<Stored> refused = append("2");
        CompletableFuture<Stored> last = append("3");

        thread.runAll();

        assertThat(first.join().event().seq()).isEqualTo(1);
        assertThat(refused)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(LogUnavailableException.class);
        assertThat(last.join().event().seq()).isEqualTo(2);
    }

    @Test
    void whatHasWaitedTooLongIsGivenUpAndTheRestIsNot() {
        log.goAway();
        CompletableFuture<Stored> early = append("1");
        thread.runAll();
        timer.pass(Duration.ofSeconds(6), thread::runAll);
        CompletableFuture<Stored> late = append("2");
        timer.pass(Duration.ofSeconds(5), thread::runAll);
        assertThat(commits.failing()).isTrue();
        log.comeBack();
        timer.pass(Duration.ofSeconds(1), thread::runAll);

        assertThat(early).isCompletedExceptionally();
        assertThat(late.join().event().seq()).isEqualTo(1);
        assertThat(commits.failing()).isFalse();
    }

    @Test
    void tooMuchThatWaitsIsRefusedAtOnce() {
        log.goAway();
        for (int i = 0; i < GroupCommit.MAX_WAITING; i++) {
            append(Integer.toString(i));
        }

        CompletableFuture<Stored> tooMany = append("one more");

        assertThat(tooMany).isCompletedExceptionally();
        assertThat(tooMany.handle((stored, failure) -> failure.getClass()).join())
                .isIn(LogUnavailableException.class, CompletionException.class);
    }
}
