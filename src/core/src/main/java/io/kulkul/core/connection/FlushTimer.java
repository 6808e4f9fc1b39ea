package io.kulkul.core.connection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Begins to write outboxes whose clients let events wait to be joined: one timer for all that are due within the same millisecond,
 * so that a thousand clients that had the same event cost one timer and not a thousand.
 *
 * <p>Whoever is due at the same moment as many others has its frame late by the time that it takes to write to all of them. Two things keep
 * clients apart:
 *
 * <ul>
 *   <li>A connection that had nothing to send for a whole interval waits only for its {@linkplain #phase share} of the next one. Shares are
 *       spread evenly over the interval.
 *   <li>Where a <em>crowd</em> is due at the same moment already, one more client is due earlier by a quarter of its interval or a half, at
 *       the moment that has the fewest. It waits a whole interval again from the event on that comes after its frame, and so stays
 *       behind or ahead of the crowd: it pays with one shorter frame, once.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class FlushTimer {

    /** The golden ratio's fraction, of 2^32: its multiples are spread evenly however many there are (Weyl's sequence). */
    private static final long GOLDEN = 0x9E37_79B9L;

    /** How much earlier a client is due at the least that does not go with the crowd, in milliseconds. */
    private static final int STEP_MILLIS = 5;

    private final ScheduledExecutorService timer;
    private final Executor writers;
    private final LongSupplier nanoTime;
    private final int crowd;
    private final AtomicInteger shares = new AtomicInteger();

    /** Who is due, by the millisecond of {@code nanoTime}; also what the methods lock. */
    private final Map<Long, List<Waiting>> due = new HashMap<>();

    /**
     * Begins with nobody.
     *
     * @param timer says when; what it runs is short
     * @param writers begin the writing
     * @param crowd so many clients take longer to write to than may be added to what they wait
     */
    public FlushTimer(ScheduledExecutorService timer, Executor writers, LongSupplier nanoTime, int crowd) {
        this.timer = timer;
        this.writers = writers;
        this.nanoTime = nanoTime;
        this.crowd = crowd;
    }

    /** How long one more connection waits whose events come after a pause: from 1 up to the interval, both in milliseconds; 0 where that is 0. */
    long phase(long intervalMillis) {
        if (intervalMillis == 0) {
            return 0;
        }
        long part = (shares.getAndIncrement() * GOLDEN) & 0xFFFF_FFFFL;
        return intervalMillis - ((part * intervalMillis) >>> 32);
    }

    /** Has what waits for a client written after at most this long, to the millisecond that clients share a timer. */
    void schedule(long millis, Waiting client) {
        long now = TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong());
        long when;
        boolean first;
        synchronized (due) {
            when = moment(now, millis);
            List<Waiting> clients = due.computeIfAbsent(when, key -> new ArrayList<>());
            first = clients.isEmpty();
            clients.add(client);
        }
        if (first) {
            // Fails only while the instance ends, when nothing is flushed any more.
            ScheduledFuture<?> unused = timer.schedule(() -> flush(when), when - now, TimeUnit.MILLISECONDS);
        }
    }

    /** When somebody is due who waits at most this long: at the end of it, unless a crowd is. Called with the lock held. */
    private long moment(long now, long millis) {
        long best = now + millis;
        int fewest = dueAt(best);
        if (fewest < crowd) {
            return best;
        }
        long step = Math.max(STEP_MILLIS, millis / 4);
        for (long when = best - step; when >= now + millis / 2 && when > now; when -= step) {
            if (dueAt(when) < fewest) {
                best = when;
                fewest = dueAt(when);
            }
        }
        return best;
    }

    private int dueAt(long when) {
        List<Waiting> clients = due.get(when);
        return clients == null ? 0 : clients.size();
    }

    private void flush(long when) {
        List<Waiting> clients;
        synchronized (due) {
            clients = due.remove(when);
        }
        if (clients != null) {
            Writers.ManyTasks all = () -> clients.forEach(Waiting::begin);
            try {
                writers.execute(all);
            } catch (RejectedExecutionException noThread) {
                // Each sees to itself then.
                all.run();
            }
        }
    }

    /** Something that is written when its time has come. */
    interface Waiting {
        /** Sees to it that it is written. Never waits. */
        void begin();
    }
}
