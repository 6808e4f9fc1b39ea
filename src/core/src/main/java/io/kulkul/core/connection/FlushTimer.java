package io.kulkul.core.connection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Begins to write outboxes whose clients let events wait to be joined: one timer for all that ask for the same interval while it runs, so that a
 * thousand clients cost one timer and not a thousand. Thread-safe.
 */
public final class FlushTimer {

    private final ScheduledExecutorService timer;
    private final Map<Long, List<Outbox>> due = new HashMap<>();

    public FlushTimer(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    /** Has the outbox written after at most this long. */
    void schedule(long millis, Outbox outbox) {
        boolean first;
        synchronized (due) {
            List<Outbox> outboxes = due.computeIfAbsent(millis, key -> new ArrayList<>());
            first = outboxes.isEmpty();
            outboxes.add(outbox);
        }
        if (first) {
            // Fails only while the instance ends, when nothing is flushed any more.
            ScheduledFuture<?> unused = timer.schedule(() -> flush(millis), millis, TimeUnit.MILLISECONDS);
        }
    }

    private void flush(long millis) {
        List<Outbox> outboxes;
        synchronized (due) {
            outboxes = due.remove(millis);
        }
        if (outboxes != null) {
            outboxes.forEach(Outbox::begin);
        }
    }
}
