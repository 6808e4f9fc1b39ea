package io.kulkul.core.connection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Writes outboxes whose clients let events wait to be joined: one timer for all that ask for the same interval while it runs, so that a
 * thousand clients cost one timer and not a thousand. Thread-safe.
 */
public final class FlushTimer {

    private final ScheduledExecutorService timer;
    private final Executor writers;
    private final Map<Long, List<Runnable>> due = new HashMap<>();

    public FlushTimer(ScheduledExecutorService timer, Executor writers) {
        this.timer = timer;
        this.writers = writers;
    }

    /** Runs the task on a writer's thread after at most this long. */
    void schedule(long millis, Runnable task) {
        boolean first;
        synchronized (due) {
            List<Runnable> tasks = due.computeIfAbsent(millis, key -> new ArrayList<>());
            first = tasks.isEmpty();
            tasks.add(task);
        }
        if (first) {
            // Fails only while the instance ends, when nothing is flushed any more.
            ScheduledFuture<?> unused = timer.schedule(() -> flush(millis), millis, TimeUnit.MILLISECONDS);
        }
    }

    private void flush(long millis) {
        List<Runnable> tasks;
        synchronized (due) {
            tasks = due.remove(millis);
        }
        if (tasks != null) {
            writers.execute(() -> tasks.forEach(Runnable::run));
        }
    }
}
