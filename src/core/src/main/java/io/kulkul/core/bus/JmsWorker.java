package io.kulkul.core.bus;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Works with the broker on a thread of its own until it is stopped, with a new context whenever the one before failed.
 *
 * <p>A thread of its own and not a message listener, which application servers refuse outside of message-driven beans. Thread-safe.
 */
final class JmsWorker {

    private static final System.Logger LOG = System.getLogger(JmsWorker.class.getName());

    /** How long after a failure the next context is made. */
    private static final long RETRY_MILLIS = 700;

    private final ConnectionFactory factory;
    private final int mode;
    private final ThreadFactory threads;
    private final Work work;
    private final Consumer<Exception> failed;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private volatile @Nullable JMSContext open;

    /** What is done with a context. */
    @FunctionalInterface
    interface Work {

        /** Returns when the worker is stopping; throws when it wants another context. */
        void with(JMSContext context, JmsWorker worker) throws JMSException, InterruptedException;
    }

    /**
     * Does nothing yet.
     *
     * @param mode of the session, a constant of {@link JMSContext}
     * @param failed is told why another context is needed
     */
    JmsWorker(ConnectionFactory factory, int mode, ThreadFactory threads, Work work, Consumer<Exception> failed) {
        this.factory = factory;
        this.mode = mode;
        this.threads = threads;
        this.work = work;
        this.failed = failed;
    }

    void start() {
        Thread made = threads.newThread(this::run);
        if (made == null) {
            throw new IllegalStateException("the thread factory makes no more threads");
        }
        thread = made;
        made.start();
    }

    boolean running() {
        return stopping.getCount() > 0;
    }

    /**
     * Waits, but not beyond the end.
     *
     * @return whether the worker is still to run
     */
    boolean pause(long millis) throws InterruptedException {
        return !stopping.await(millis, TimeUnit.MILLISECONDS);
    }

    private void run() {
        try {
            while (running()) {
                workOnce();
                pause(RETRY_MILLIS);
            }
        } catch (InterruptedException stopped) {
            LOG.log(Level.DEBUG, "KULKUL0510D a thread that talked to the message broker was interrupted and ends");
        }
    }

    private void workOnce() throws InterruptedException {
        try (JMSContext context = factory.createContext(mode)) {
            open = context;
            work.with(context, this);
        } catch (JMSException | RuntimeException e) {
            if (running()) {
                failed.accept(e);
            }
        } finally {
            open = null;
        }
    }

    /** Asks the work to end. */
    void stop() {
        stopping.countDown();
    }

    /** Waits until the work has ended; where it does not, because it waits for the broker, it is interrupted and its context closed. */
    void await(long millis) throws InterruptedException {
        Thread working = thread;
        if (working == null) {
            return;
        }
        working.join(millis);
        if (working.isAlive()) {
            working.interrupt();
            // On yet another thread: closing may wait for the broker as well, and nobody has to wait for that.
            Thread closer = new Thread(this::close, "kulkul-bus-close");
            closer.setDaemon(true);
            closer.start();
            working.join(millis);
        }
    }

    private void close() {
        JMSContext context = open;
        if (context == null) {
            return;
        }
        try {
            context.close();
        } catch (JMSRuntimeException gone) {
            LOG.log(Level.DEBUG, () -> "KULKUL0510D a connection to the message broker could not be closed: " + gone);
        }
    }
}
