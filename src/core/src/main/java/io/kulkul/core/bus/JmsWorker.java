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

    private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ConnectionFactory factory;
    private final int mode;
    private final @Nullable Transactions transactions;
    private final ThreadFactory threads;
    private final Work work;
    private final Consumer<Exception> failed;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private volatile @Nullable JMSContext open;

    /** What is done with a context. */
    @FunctionalInterface
    interface Work {

        /** Returns when it wants another context, or when the worker is stopping; throws when the one it has is of no use. */
        void with(JMSContext context, JmsWorker worker) throws JMSException, InterruptedException;
    }

    /**
     * Does nothing yet.
     *
     * @param mode of the session, a constant of {@link JMSContext}
     * @param failed is told why another context is needed
     */
    JmsWorker(ConnectionFactory factory, int mode, ThreadFactory threads, Work work, Consumer<Exception> failed) {
        this(factory, mode, null, threads, work, failed);
    }

    /**
     * Does nothing yet.
     *
     * @param transactions one is begun before each context is made, and ended after the work with it; null for none
     */
    JmsWorker(
            ConnectionFactory factory,
            int mode,
            @Nullable Transactions transactions,
            ThreadFactory threads,
            Work work,
            Consumer<Exception> failed) {
        this.factory = factory;
        this.transactions = transactions;
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
                if (!workOnce()) {
                    pause(RETRY_MILLIS);
                }
            }
        } catch (InterruptedException stopped) {
            LOG.log(Level.DEBUG, "KULKUL0510D a thread that talked to the message broker was interrupted and ends");
        }
    }

    /** Whether nothing failed. */
    private boolean workOnce() throws InterruptedException {
        try {
            if (transactions != null) {
                transactions.begin();
            }
            workWithContext();
            return true;
        } catch (JMSException | RuntimeException e) {
            if (running()) {
                failed.accept(e);
            }
            return false;
        } finally {
            open = null;
        }
    }

    private void workWithContext() throws JMSException, InterruptedException {
        try (JMSContext context = factory.createContext(mode)) {
            open = context;
            work.with(context, this);
        } finally {
            if (transactions != null) {
                transactions.end();
            }
        }
    }

    /**
     * Ends the work of some workers, within about two seconds. Whose work does not end within the first, because it waits for the broker, is
     * interrupted and its context closed.
     */
    static void end(JmsWorker... workers) {
        for (JmsWorker worker : workers) {
            worker.stopping.countDown();
        }
        try {
            if (!ended(workers)) {
                for (JmsWorker worker : workers) {
                    worker.breakOff();
                }
                ended(workers);
            }
        } catch (InterruptedException inAHurry) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether all ended in time. */
    private static boolean ended(JmsWorker... workers) throws InterruptedException {
        long deadline = System.nanoTime() + STOP_NANOS;
        boolean ended = true;
        for (JmsWorker worker : workers) {
            Thread working = worker.thread;
            if (working != null) {
                // Zero would wait without end.
                working.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
                ended &= !working.isAlive();
            }
        }
        return ended;
    }

    private void breakOff() {
        Thread working = thread;
        if (working != null && working.isAlive()) {
            working.interrupt();
            // On yet another thread: closing may wait for the broker as well, and nobody has to wait for that.
            Thread closer = new Thread(this::close, "kulkul-bus-close");
            closer.setDaemon(true);
            closer.start();
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
