package io.kulkul.core.endpoint;

import io.kulkul.core.connection.Writers;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What all upgraded connections share: threads, time, and the list of those that are open. Thread-safe. */
final class UpgradeThreads {

    private static final System.Logger LOG = System.getLogger(UpgradeThreads.class.getName());

    private final Writers writers;
    private final Executor patient;
    private final Executor closers;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final Set<UpgradedTransport> open = ConcurrentHashMap.newKeySet();

    /**
     * Begins without connections.
     *
     * @param writers write to clients that read
     * @param patient threads that wait for those that do not; they take what {@code writers} refuse
     * @param closers threads that may wait for the container while it ends a connection
     * @param timer never waits
     */
    UpgradeThreads(
            Writers writers,
            Executor patient,
            Executor closers,
            ScheduledExecutorService timer,
            LongSupplier nanoTime) {
        this.writers = writers;
        this.patient = patient;
        this.closers = closers;
        this.timer = timer;
        this.nanoTime = nanoTime;
    }

    Writers writers() {
        return writers;
    }

    Executor patient() {
        return patient;
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    void opened(UpgradedTransport transport) {
        open.add(transport);
    }

    void finished(UpgradedTransport transport) {
        open.remove(transport);
    }

    /** Has something done that may wait for the container, soon; by the caller where there are no threads any more. */
    void soon(Runnable task) {
        try {
            closers.execute(task);
        } catch (RejectedExecutionException stopping) {
            LOG.log(Level.DEBUG, () -> "KULKUL0211D no thread for closing: " + stopping);
            task.run();
        }
    }

    /** Has something done that may wait for the container, after a time; false where there is no timer any more. */
    boolean after(long millis, Runnable task) {
        try {
            ScheduledFuture<?> unused = timer.schedule(() -> soon(task), millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (RejectedExecutionException stopping) {
            LOG.log(Level.DEBUG, () -> "KULKUL0212D no timer for closing: " + stopping);
            return false;
        }
    }

    /**
     * Ends what is open, after its clients have had a moment to answer their close frames: a socket that is closed with something unread
     * is reset, and the client may then not see the close frame.
     *
     * @param millis how long the moment may be
     */
    void finishAll(long millis) throws InterruptedException {
        long end = nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!open.isEmpty() && nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        open.forEach(UpgradedTransport::finish);
    }
}
