package io.kulkul.core.hub;

import io.kulkul.core.bus.Notice;
import io.kulkul.core.bus.Parts;
import io.kulkul.core.bus.Voice;
import io.kulkul.core.connection.UserCounts;
import io.kulkul.core.json.Json;
import io.kulkul.core.json.JsonException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the other instances how many connections each user has here, and hears it of them.
 *
 * <p>What has changed goes out at once where it was quiet, else every {@link #PAUSE}. Notices of changes are numbered from 1, and each life
 * sign has the number of the last one: whoever has missed one, because it came later or was cut off, asks for all counts.
 *
 * <p>Thread-safe; one lock makes a number and its notice one step, so that a life sign never has the number of a notice that was not sent.
 */
final class SharedUserCounts {

    static final String CHANGES = "users";
    static final String WANTED = "usersWanted";
    static final String ALL = "allUsers";

    /** How long changes are collected where there are many. */
    static final Duration PAUSE = Duration.ofMillis(100);

    /** The most users in one notice. */
    static final int MAX_USERS = 500;

    private static final System.Logger LOG = System.getLogger(SharedUserCounts.class.getName());

    private final Voice voice;
    private final UserCounts users;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;

    /** The last notice's; guarded by {@code this}, as are the others. */
    private long number;

    private long toldNanos;
    private boolean stopped;
    private @Nullable Future<?> telling;
    private final Map<String, Long> heard = new HashMap<>();
    private final Parts<Map.Entry<String, Integer>> parts = new Parts<>();

    SharedUserCounts(Voice voice, UserCounts users, ScheduledExecutorService timer, LongSupplier nanoTime) {
        this.voice = voice;
        this.users = users;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.toldNanos = nanoTime.getAsLong() - PAUSE.toNanos();
    }

    /** There is something to tell. Called by any thread. */
    synchronized void changed() {
        if (!stopped) {
            long wait = Math.max(0, toldNanos + PAUSE.toNanos() - nanoTime.getAsLong());
            try {
                telling = timer.schedule(this::tellSafely, wait, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException ending) {
                // The goodbye, which is about to be said, tells the others all they need to know.
                stopped = true;
            }
        }
    }

    private void tellSafely() {
        try {
            tell();
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "KULKUL0526E telling the other instances of users' connections failed", bug);
        }
    }

    private synchronized void tell() {
        toldNanos = nanoTime.getAsLong();
        for (List<Map.Entry<String, Integer>> some : pages(users.takeChanges())) {
            number++;
            voice.send(CHANGES, voice.begin().number("number", number).json("counts", json(some)));
        }
    }

    /** The last notice's number, for the life sign. */
    synchronized long number() {
        return number;
    }

    /** Tells nothing more: the instance ends. */
    synchronized void stop() {
        stopped = true;
        if (telling != null) {
            telling.cancel(false);
        }
    }

    /**
     * An instance that counts has given a life sign.
     *
     * @param last the number of the last notice that it sent
     */
    synchronized void alive(String incarnation, long last) {
        if (heard.getOrDefault(incarnation, 0L) < last) {
            voice.send(WANTED, voice.beginTo(incarnation));
        }
    }

    /** The instance is gone, is going, or has not been heard for a while: its clients are looking for another one. */
    synchronized void forget(String incarnation) {
        users.forget(incarnation);
        heard.remove(incarnation);
        parts.forget(incarnation);
    }

    /** Hears of another instance's changes. Those that do not follow what was heard before are let go: all will be asked for. */
    synchronized void changes(String incarnation, Notice notice) throws JsonException {
        long next = notice.number("number");
        if (heard.getOrDefault(incarnation, 0L) == next - 1) {
            users.update(incarnation, notice.counts("counts"));
            heard.put(incarnation, next);
        }
    }

    /** Another instance has missed something. */
    synchronized void wanted(String incarnation) {
        tell();
        List<List<Map.Entry<String, Integer>>> pages = pages(users.all());
        if (pages.isEmpty()) {
            pages = List.of(List.of());
        }
        for (int part = 0; part < pages.size(); part++) {
            voice.send(
                    ALL,
                    voice.beginTo(incarnation)
                            .number("number", number)
                            .number("part", part)
                            .bool("last", part == pages.size() - 1)
                            .json("counts", json(pages.get(part))));
        }
    }

    /** Hears all counts of another instance, or a part of them. */
    synchronized void all(String incarnation, Notice notice) throws JsonException {
        List<Map.Entry<String, Integer>> some =
                List.copyOf(notice.counts("counts").entrySet());
        if (parts.add(incarnation, notice.number("part"), notice.flag("last"), some)) {
            Map<String, Integer> counts = new HashMap<>();
            parts.take(incarnation).forEach(each -> counts.put(each.getKey(), each.getValue()));
            users.replace(incarnation, counts);
            heard.put(incarnation, notice.number("number"));
        }
    }

    private static List<List<Map.Entry<String, Integer>>> pages(Map<String, Integer> counts) {
        List<Map.Entry<String, Integer>> all = new ArrayList<>(counts.entrySet());
        List<List<Map.Entry<String, Integer>>> pages = new ArrayList<>();
        for (int from = 0; from < all.size(); from += MAX_USERS) {
            pages.add(all.subList(from, Math.min(all.size(), from + MAX_USERS)));
        }
        return pages;
    }

    private static String json(List<Map.Entry<String, Integer>> counts) {
        StringBuilder json = new StringBuilder(counts.size() * 24 + 2).append('{');
        for (Map.Entry<String, Integer> each : counts) {
            if (json.length() > 1) {
                json.append(',');
            }
            Json.appendQuoted(json, each.getKey()).append(':').append(each.getValue());
        }
        return json.append('}').toString();
    }
}
