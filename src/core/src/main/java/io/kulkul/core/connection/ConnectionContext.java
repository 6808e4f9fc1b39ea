package io.kulkul.core.connection;

import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** What all connections of an instance share: time, threads, measuring, and who is told that one has ended. Thread-safe. */
final class ConnectionContext {

    private final Clock clock;
    private final LongSupplier nanos;
    private final Meter meter;
    private final FlushTimer flushTimer;
    private final Consumer<Connection> onEnd;
    private final Object closing = new Object();
    /** How many closes are under way; guarded by {@code closing}. */
    private int closes;

    private volatile Executor closers;

    /**
     * Shared by connections to come.
     *
     * @param closers threads that may wait for a client that does not read; few of them
     */
    ConnectionContext(
            Clock clock,
            LongSupplier nanos,
            Meter meter,
            FlushTimer flushTimer,
            Executor closers,
            Consumer<Connection> onEnd) {
        this.clock = clock;
        this.nanos = nanos;
        this.meter = meter;
        this.flushTimer = flushTimer;
        this.closers = closers;
        this.onEnd = onEnd;
    }

    long nanoTime() {
        return nanos.getAsLong();
    }

    long millis() {
        return clock.millis();
    }

    Meter meter() {
        return meter;
    }

    FlushTimer flushTimer() {
        return flushTimer;
    }

    void ended(Connection connection) {
        onEnd.accept(connection);
    }

    /** Closes a socket on a thread that may wait. */
    void closeTransport(Runnable close) {
        synchronized (closing) {
            closes++;
        }
        Runnable counted = () -> {
            try {
                close.run();
            } finally {
                synchronized (closing) {
                    closes--;
                    closing.notifyAll();
                }
            }
        };
        try {
            closers.execute(counted);
        } catch (RejectedExecutionException stopping) {
            // The instance is ending and its threads are gone: the caller has to do it.
            counted.run();
        }
    }

    /** From now on sockets are closed on these threads: the others may end before the instance does. */
    void closeOn(Executor threads) {
        closers = threads;
    }

    /** Waits until no close is under way, or the time is over. */
    void awaitCloses(long timeoutMillis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        synchronized (closing) {
            long left = end - System.nanoTime();
            while (closes > 0 && left > 0) {
                TimeUnit.NANOSECONDS.timedWait(closing, left);
                left = end - System.nanoTime();
            }
            if (closes > 0) {
                // Clients that do not read: their sockets end with the process.
                meter.closed("unclosed");
            }
        }
    }
}
