package io.kulkul.core.connection;

import java.lang.System.Logger.Level;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs what is due, in order, on as few threads as keep the processors busy, and goes on when one of them hangs.
 *
 * <p>Writing to a socket synchronously costs half of what it costs asynchronously, but the thread waits while the client does not read.
 * Nobody can tell beforehand whether a write will wait. So a <em>watch</em> looks at the threads every {@value #WATCH_MILLIS} ms while there
 * is work: one that has been with the same task for a whole interval and waits counts as blocked, and another one takes its place; where
 * several blocked at once, twice as many come, so that the others' delay does not grow with the number of clients that stop reading together.
 * One that is with the same task but runs has most likely been denied a processor, and one thread more would make that worse: it counts only
 * after {@value #RUNNING_LOOKS} intervals, because a socket's blocking write looks the same from here. Once
 * {@code maxBlocked} threads are blocked, {@link #mayWait} says no, and writes have to be begun asynchronously until one comes back.
 *
 * <p>A thread is <em>working</em> (counted in {@code working}), <em>blocked</em> (not counted there any more), or <em>resting</em> (in
 * {@code resting}). Whoever adds a task wakes a thread if none is working, or if more than {@value #SHARE} tasks wait for each of them: a
 * thread that is on its way anyway is cheaper than waking another. A thread takes itself out of {@code working} before it looks at the queue
 * for the last time, and an adder adds before it looks at {@code working}, so no task is left behind.
 *
 * <p>Thread-safe.
 */
public final class Writers implements Executor {

    /** How often blocked threads are looked for. */
    static final int WATCH_MILLIS = 5;

    /** For so many intervals a thread may be with one task before it counts as blocked although it does not wait. */
    static final int RUNNING_LOOKS = 8;

    /** So many tasks one thread does sooner than another one is woken. */
    static final int SHARE = 16;

    private static final System.Logger LOG = System.getLogger(Writers.class.getName());

    /** For so many watches without work the timer goes on: stopping and beginning it costs more. */
    private static final int IDLE_WATCHES = 40;

    /** Of this instance: threads of other writers are none of these. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable Writer> current = new ThreadLocal<>();

    private final ConcurrentLinkedQueue<Runnable> due = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger working = new AtomicInteger();
    private final AtomicInteger blocked = new AtomicInteger();
    private final AtomicInteger rested = new AtomicInteger();
    private final ConcurrentLinkedDeque<Writer> resting = new ConcurrentLinkedDeque<>();
    private final ConcurrentLinkedQueue<Writer> all = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean watching = new AtomicBoolean();
    private final ThreadFactory threads;
    private final ScheduledExecutorService timer;
    private final int parallel;
    private final int maxBlocked;
    private volatile int allowed;
    private volatile boolean stopped;

    /** Used by the watch alone. */
    private int idleWatches;

    /**
     * Begins without threads.
     *
     * @param threads makes them, when they are needed
     * @param parallel how many work at the same time while none is blocked
     * @param maxBlocked how many may be blocked before nothing may wait any more
     * @param timer runs the watch, which never waits
     */
    public Writers(ThreadFactory threads, int parallel, int maxBlocked, ScheduledExecutorService timer) {
        this.threads = threads;
        this.parallel = parallel;
        this.allowed = parallel;
        this.maxBlocked = maxBlocked;
        this.timer = timer;
    }

    /**
     * Adds a task. Never waits.
     *
     * @throws RejectedExecutionException where there is no thread, and none can be made: the task is not run
     */
    @Override
    public void execute(Runnable task) {
        if (stopped) {
            throw new RejectedExecutionException("stopped");
        }
        due.add(task);
        int wait = waiting.incrementAndGet();
        int now = working.get();
        if (now == 0 || (wait > now * SHARE && now < allowed)) {
            if (!call() && working.get() == 0 && due.remove(task)) {
                waiting.decrementAndGet();
                throw new RejectedExecutionException("no thread");
            }
        }
        if (!watching.get()) {
            watch();
        }
    }

    /**
     * Whether the caller may wait for a client: while this is its task on one of the threads, and not too many of them are blocked. A task
     * that comes by the same code on its way, as the fan-out may, must not.
     */
    public boolean mayWait(Runnable task) {
        Writer here = current.get();
        return here != null && here.task == task && blocked.get() < maxBlocked;
    }

    /** How many threads are blocked now. */
    public int blocked() {
        return blocked.get();
    }

    /** Ends the threads when what they are doing is done. What is still due is not run. */
    public void stop() {
        stopped = true;
        due.clear();
        for (Writer writer : all) {
            LockSupport.unpark(writer.thread);
        }
    }

    /** Gets one more thread to work, unless enough do; false where there is none to be had. */
    private boolean call() {
        int now = working.get();
        while (now < allowed) {
            if (working.compareAndSet(now, now + 1)) {
                return wakeOrStart();
            }
            now = working.get();
        }
        return true;
    }

    private boolean wakeOrStart() {
        for (Writer writer = resting.pollLast(); writer != null; writer = resting.pollLast()) {
            rested.decrementAndGet();
            if (writer.state.compareAndSet(State.RESTING, State.WORKING)) {
                LockSupport.unpark(writer.thread);
                return true;
            }
        }
        if (start()) {
            return true;
        }
        working.decrementAndGet();
        return false;
    }

    private boolean start() {
        Writer writer = new Writer();
        try {
            Thread thread = threads.newThread(writer);
            if (thread == null) {
                return false;
            }
            writer.thread = thread;
            all.add(writer);
            thread.start();
            return true;
        } catch (RuntimeException | OutOfMemoryError none) {
            // The container's factory ends with the application, or the system has no more threads.
            all.remove(writer);
            LOG.log(Level.DEBUG, () -> "KULKUL0207D no thread for writing: " + none);
            return false;
        }
    }

    private void watch() {
        if (watching.compareAndSet(false, true)) {
            scheduleWatch();
        }
    }

    private void scheduleWatch() {
        try {
            ScheduledFuture<?> unused = timer.schedule(this::look, WATCH_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            LOG.log(Level.DEBUG, () -> "KULKUL0208D the watch over the writers ends with the instance: " + stopping);
        }
    }

    private void look() {
        int found = 0;
        for (Writer writer : all) {
            found += writer.hasBlocked() ? 1 : 0;
        }
        int room = Math.max(0, maxBlocked - blocked.get());
        allowed = parallel + Math.min(room, 2 * found);
        int missing = Math.min(allowed, waiting.get()) - working.get();
        while (missing > 0 && call()) {
            missing--;
        }
        idleWatches = waiting.get() == 0 && working.get() == 0 ? idleWatches + 1 : 0;
        if (idleWatches < IDLE_WATCHES) {
            scheduleWatch();
            return;
        }
        idleWatches = 0;
        watching.set(false);
        if (waiting.get() > 0) {
            watch();
        }
    }

    private enum State {
        WORKING,
        BLOCKED,
        RESTING
    }

    /** What one of the threads does. */
    private final class Writer implements Runnable {

        private final AtomicReference<State> state = new AtomicReference<>(State.WORKING);

        /** Counts beginnings and ends of tasks: odd while there is one. */
        private final AtomicLong steps = new AtomicLong();

        private volatile @Nullable Thread thread;

        /** What it is doing; used by the thread itself alone. */
        private @Nullable Runnable task;

        /** Used by the watch alone, as is {@code looks}: how often it has seen this step before. */
        private long seen;

        private int looks;

        @Override
        public void run() {
            current.set(this);
            do {
                work();
            } while (rest() && !stopped);
            all.remove(this);
        }

        private void work() {
            long step = steps.get();
            for (Runnable next = due.poll(); next != null; next = due.poll()) {
                waiting.decrementAndGet();
                steps.lazySet(++step);
                task = next;
                run(next);
                task = null;
                steps.lazySet(++step);
                if (comesBack() && working.get() > allowed) {
                    return;
                }
            }
        }

        private void run(Runnable next) {
            try {
                next.run();
            } catch (RuntimeException | Error bug) {
                // The others that are due must not be lost because of one.
                LOG.log(Level.ERROR, "KULKUL0904E writing to a connection failed", bug);
            }
        }

        /** Counts this thread as working again, where another one has taken its place meanwhile. */
        private boolean comesBack() {
            if (state.get() == State.WORKING || !state.compareAndSet(State.BLOCKED, State.WORKING)) {
                return false;
            }
            blocked.decrementAndGet();
            working.incrementAndGet();
            return true;
        }

        /** Rests until there is work; false where enough others rest already, so that this thread may end. */
        private boolean rest() {
            while (!state.compareAndSet(State.WORKING, State.RESTING)) {
                comesBack();
            }
            boolean last = rested.incrementAndGet() > parallel;
            if (last) {
                rested.decrementAndGet();
            } else {
                resting.addLast(this);
            }
            working.decrementAndGet();
            if (!due.isEmpty()) {
                call();
            }
            if (last) {
                return false;
            }
            while (state.get() == State.RESTING && !stopped) {
                LockSupport.park(Writers.this);
                // The container interrupts its threads when the application ends; what is due then is still written.
                Thread.interrupted();
            }
            return true;
        }

        /** Called by the watch: whether the thread has been with one task since the last look, and was not known to be. */
        private boolean hasBlocked() {
            long now = steps.get();
            looks = now == seen && (now & 1) == 1 ? looks + 1 : 0;
            seen = now;
            if (looks == 0 || (looks < RUNNING_LOOKS && runs()) || !state.compareAndSet(State.WORKING, State.BLOCKED)) {
                return false;
            }
            blocked.incrementAndGet();
            working.decrementAndGet();
            return true;
        }

        private boolean runs() {
            Thread here = thread;
            return here != null && here.getState() == Thread.State.RUNNABLE;
        }
    }
}
