package io.kulkul.core.endpoint;

import io.kulkul.core.eventlog.OutboxSignal;
import io.kulkul.core.hub.Durable;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/** Has the outbox moved whenever somebody may have put something there: a thread that waits for the database to say so. */
final class OutboxRelay {

    private static final System.Logger LOG = System.getLogger(OutboxRelay.class.getName());

    /** Rows that nobody told of, because their instance died or the database's word was lost, wait no longer than this. */
    private static final Duration AT_LATEST = Duration.ofSeconds(1);

    private final Durable durable;
    private final OutboxSignal signal;
    private final Executor boundary;
    private final Thread thread;
    private volatile boolean stopped;

    /**
     * Does not begin yet.
     *
     * @param boundary runs a task at once, on the calling thread, and ends there what the container remembers of its connections
     */
    OutboxRelay(Durable durable, OutboxSignal signal, Executor boundary, ThreadFactory threads) {
        this.durable = durable;
        this.signal = signal;
        this.boundary = boundary;
        this.thread = threads.newThread(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!stopped) {
            try {
                boundary.execute(this::relayOverOneConnection);
            } catch (RuntimeException bug) {
                LOG.log(Level.ERROR, "KULKUL0671E waiting for the outbox failed", bug);
                pause();
            }
        }
    }

    /** Goes on for as long as the database tells of rows over the same connection, and gives that back where it was got. */
    private void relayOverOneConnection() {
        try {
            do {
                signal.await(AT_LATEST);
                durable.relay();
            } while (!stopped && signal.listens());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            stopped = true;
        } finally {
            signal.hangUp();
        }
    }

    /** A fault that comes again at once shall not fill the log. */
    private void pause() {
        try {
            Thread.sleep(AT_LATEST.toMillis());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            stopped = true;
        }
    }

    /** Ends the waiting; returns at once. */
    void stop() {
        stopped = true;
        thread.interrupt();
        signal.close();
    }
}
