package io.kulkul.core.endpoint;

import io.kulkul.core.eventlog.OutboxSignal;
import io.kulkul.core.hub.Durable;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;

/** Has the outbox moved whenever somebody may have put something there: a thread that waits for the database to say so. */
final class OutboxRelay {

    private static final System.Logger LOG = System.getLogger(OutboxRelay.class.getName());

    /** Rows that nobody told of, because their instance died or the database's word was lost, wait no longer than this. */
    private static final Duration AT_LATEST = Duration.ofSeconds(1);

    private final Durable durable;
    private final OutboxSignal signal;
    private final Thread thread;
    private volatile boolean stopped;

    OutboxRelay(Durable durable, OutboxSignal signal, ThreadFactory threads) {
        this.durable = durable;
        this.signal = signal;
        this.thread = threads.newThread(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!stopped) {
            try {
                signal.await(AT_LATEST);
                durable.relay();
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException bug) {
                LOG.log(Level.ERROR, "KULKUL0671E waiting for the outbox failed", bug);
                pause();
            }
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
