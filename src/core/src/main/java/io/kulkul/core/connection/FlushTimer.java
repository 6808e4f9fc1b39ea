package io.kulkul.core.connection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Begins to write outboxes whose clients let events wait to be joined: one timer for all that ask for the same time within the same millisecond,
 * so that a thousand clients that had the same event cost one timer and not a thousand.
 *
 * <p>A connection that had nothing to send for a whole interval waits only for its {@linkplain #phase share} of the next one. Shares are spread
 * evenly over the interval, so that thousands of clients that the same event finds idle are not all due at once, and the last of them not
 * late by the time that it takes to write to all others. From then on they stay apart, because each waits the same time.
 *
 * <p>Thread-safe.
 */
public final class FlushTimer {

    /** The golden ratio's fraction, of 2^32: its multiples are spread evenly however many there are (Weyl's sequence). */
    private static final long GOLDEN = 0x9E37_79B9L;

    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final AtomicInteger shares = new AtomicInteger();
    private final Map<Due, List<Outbox>> due = new HashMap<>();

    public FlushTimer(ScheduledExecutorService timer, LongSupplier nanoTime) {
        this.timer = timer;
        this.nanoTime = nanoTime;
    }

    /** How long one more connection waits whose events come after a pause: from 1 up to the interval, both in milliseconds; 0 where that is 0. */
    long phase(long intervalMillis) {
        if (intervalMillis == 0) {
            return 0;
        }
        long part = (shares.getAndIncrement() * GOLDEN) & 0xFFFF_FFFFL;
        return intervalMillis - ((part * intervalMillis) >>> 32);
    }

    /** Has the outbox written after at most this long. */
    void schedule(long millis, Outbox outbox) {
        Due when = new Due(millis, TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong()));
        boolean first;
        synchronized (due) {
            List<Outbox> outboxes = due.computeIfAbsent(when, key -> new ArrayList<>());
            first = outboxes.isEmpty();
            outboxes.add(outbox);
        }
        if (first) {
            // Fails only while the instance ends, when nothing is flushed any more.
            ScheduledFuture<?> unused = timer.schedule(() -> flush(when), millis, TimeUnit.MILLISECONDS);
        }
    }

    private void flush(Due when) {
        List<Outbox> outboxes;
        synchronized (due) {
            outboxes = due.remove(when);
        }
        if (outboxes != null) {
            outboxes.forEach(Outbox::begin);
        }
    }

    /** An interval, and in which millisecond it began. */
    private record Due(long millis, long began) {}
}
