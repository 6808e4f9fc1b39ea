package io.kulkul.core.endpoint;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Threads that wait for clients that do not read: a virtual one each where there are such, else so many, and more clients than that wait
 * for one another.
 *
 * <p>They are not the container's: it may have ended its own when the last frames are written. Writing needs no context. Thread-safe.
 */
final class PatientThreads implements Executor {

    private static final int IDLE_SECONDS = 10;

    private final @Nullable ThreadFactory virtual;
    private final ExecutorService pool;

    /**
     * Begins without threads.
     *
     * @param virtual makes virtual threads; null where there are none
     * @param most how many threads there may be that are not virtual; one at least
     */
    PatientThreads(@Nullable ThreadFactory virtual, int most) {
        this.virtual = virtual;
        AtomicInteger number = new AtomicInteger();
        int size = Math.max(1, most);
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "kulkul-patient-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        pool = threads;
    }

    /**
     * Has a task run. Never waits.
     *
     * @throws java.util.concurrent.RejectedExecutionException after {@link #stop}
     */
    @Override
    public void execute(Runnable task) {
        if (virtual == null || pool.isShutdown()) {
            pool.execute(task);
        } else {
            virtual.newThread(task).start();
        }
    }

    /** Takes no more tasks. Threads that wait end when they have written, or cannot. */
    void stop() {
        pool.shutdown();
    }
}
