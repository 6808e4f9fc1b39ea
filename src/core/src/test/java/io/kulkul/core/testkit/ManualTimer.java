package io.kulkul.core.testkit;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A timer whose tasks run on the test's thread, at their time as {@link TestTime} tells it. Any thread may add some. */
public final class ManualTimer extends AbstractExecutorService implements ScheduledExecutorService {

    private final TestTime time;
    private final PriorityQueue<Task<?>> tasks = new PriorityQueue<>(
            Comparator.<Task<?>>comparingLong(task -> task.due).thenComparing(task -> task.number));
    private final AtomicInteger scheduled = new AtomicInteger();

    public ManualTimer(TestTime time) {
        this.time = time;
    }

    /** How many tasks wait for their time. */
    public synchronized int pending() {
        tasks.removeIf(Task::isCancelled);
        return tasks.size();
    }

    /** Lets this much time pass, and runs each task when it is due, and {@code afterEach} behind it. */
    public void pass(Duration duration, Runnable afterEach) {
        long end = time.nanos() + duration.toNanos();
        for (Task<?> task = next(end); task != null; task = next(end)) {
            time.advance(Duration.ofNanos(Math.max(0, task.due - time.nanos())));
            task.run();
            afterEach.run();
        }
        time.advance(Duration.ofNanos(end - time.nanos()));
        afterEach.run();
    }

    private synchronized @Nullable Task<?> next(long end) {
        return pending() > 0 && tasks.element().due <= end ? tasks.remove() : null;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return add(new Task<>(command, unit.toNanos(delay), 0));
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        return add(new Task<>(command, unit.toNanos(initialDelay), unit.toNanos(period)));
    }

    private synchronized <V> Task<V> add(Task<V> task) {
        tasks.add(task);
        return task;
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void execute(Runnable command) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized void shutdown() {
        tasks.clear();
    }

    @Override
    public synchronized List<Runnable> shutdownNow() {
        tasks.clear();
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }

    private final class Task<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {

        private final Runnable command;
        private final long period;
        private final int number = scheduled.getAndIncrement();
        private long due;

        @SuppressWarnings("NullAway") // the value of a Runnable's future is null
        Task(Runnable command, long delay, long period) {
            super(command, null);
            this.command = command;
            this.period = period;
            this.due = time.nanos() + delay;
        }

        @Override
        public boolean isPeriodic() {
            return period > 0;
        }

        @Override
        public void run() {
            if (period > 0 && !isCancelled()) {
                due += period;
                Task<V> unused = add(this);
            }
            command.run();
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - time.nanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}
