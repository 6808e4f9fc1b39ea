package io.kulkul.core.endpoint;

import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A few threads for what may take seconds, of which each that hangs is replaced by another one.
 *
 * <p>Open Liberty writes a close frame synchronously, and where the connection ends meanwhile, the thread waits for good. Without others in
 * their place, as many such threads as the pool has would end all closing.
 *
 * <p>Thread-safe.
 */
final class ReplacedThreads implements Executor {

    private static final System.Logger LOG = System.getLogger(ReplacedThreads.class.getName());

    /** So many threads that hang are replaced. */
    static final int MAX_HANGING = 1000;

    private final String what;
    private final int size;
    private final long patienceMillis;
    private final ScheduledExecutorService timer;
    private final ThreadPoolExecutor pool;
    private int hanging;

    /**
     * Begins without threads.
     *
     * @param what they do, for the log
     * @param size how many tasks run at once, not counting those that hang
     * @param patienceMillis a task that takes longer hangs
     * @param timer looks after the tasks, and never waits
     */
    ReplacedThreads(String what, int size, ThreadFactory threads, long patienceMillis, ScheduledExecutorService timer) {
        this.what = what;
        this.size = size;
        this.patienceMillis = patienceMillis;
        this.timer = timer;
        pool = new ThreadPoolExecutor(size, size, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
        pool.allowCoreThreadTimeOut(true);
    }

    /**
     * Has a task run. Never waits.
     *
     * @throws RejectedExecutionException after {@link #stop}
     */
    @Override
    public void execute(Runnable task) {
        pool.execute(() -> run(new Watched(task)));
    }

    /** Interrupts what is running; what has not begun is not run. */
    void stop() {
        pool.shutdownNow();
    }

    private void run(Watched watched) {
        ScheduledFuture<?> look = null;
        try {
            look = timer.schedule(watched::hangs, patienceMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            LOG.log(Level.DEBUG, () -> "KULKUL0117D " + what + " is not looked after any more: " + stopping);
        }
        try {
            watched.task.run();
        } finally {
            watched.ends(look);
        }
    }

    /** Called with the monitor held. */
    private void resize(int threads) {
        // The pool refuses more threads at its core than at most, in each order.
        if (threads > pool.getMaximumPoolSize()) {
            pool.setMaximumPoolSize(threads);
            pool.setCorePoolSize(threads);
        } else {
            pool.setCorePoolSize(threads);
            pool.setMaximumPoolSize(threads);
        }
    }

    /** A task that runs, and whether another thread was added for it. */
    private final class Watched {

        private final Runnable task;
        private boolean ended;
        private boolean replaced;

        Watched(Runnable task) {
            this.task = task;
        }

        void hangs() {
            int now;
            synchronized (ReplacedThreads.this) {
                if (ended || hanging == MAX_HANGING) {
                    return;
                }
                replaced = true;
                now = ++hanging;
                resize(size + hanging);
            }
            LOG.log(
                    Level.WARNING,
                    () -> "KULKUL0118W a thread for " + what + " has not come back from the container for "
                            + patienceMillis + " ms, and another one takes its place. " + now + " hang so.");
        }

        void ends(@Nullable ScheduledFuture<?> look) {
            if (look != null) {
                look.cancel(false);
            }
            synchronized (ReplacedThreads.this) {
                ended = true;
                if (replaced) {
                    hanging--;
                    resize(size + hanging);
                }
            }
        }
    }
}
