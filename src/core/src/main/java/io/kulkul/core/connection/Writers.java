package io.kulkul.core.connection;

import java.lang.System.Logger.Level;
import java.util.Arrays;
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
 * Nobody can tell beforehand whether a write will wait. So a <em>watch</em> looks at the threads every {@value #CALM_MILLIS} ms while there
 * is work, and every {@value #WATCH_MILLIS} ms while one is blocked: one that has been with the same task for a whole interval and waits
 * counts as blocked, and another one takes its place; where
 * several blocked at once, twice as many come, so that the others' delay does not grow with the number of clients that stop reading together.
 * One that is with the same task but runs has most likely been denied a processor, and one thread more would make that worse: it counts only
 * after {@value #RUNNING_MILLIS} ms, because a socket's blocking write looks the same from here. Once
 * {@code maxBlocked} threads are blocked, {@link #mayWait} says no, and writes have to be begun asynchronously until one comes back.
 *
 * <p>Where a container ends the connection under a thread that writes to it, that thread may never come back. One that has been blocked for
 * longer than any write may take is <em>lost</em>: it is not counted as blocked any more, so that such threads, one now and then, do not make
 * all writes asynchronous in the end. Beyond {@value #MAX_LOST} of them they count.
 *
 * <p>What {@link ManyTasks} add is collected and queued in one step: a fan-out adds a thousand. The threads then take one after the other from
 * what was queued together, so that one that hangs keeps nothing but its own task from being done.
 *
 * <p>A thread is <em>working</em> (counted in {@code working}), <em>blocked</em> (not counted there any more), or <em>resting</em> (in
 * {@code resting}). Whoever adds a task wakes a thread if none is working, or if more than {@value #SHARE} tasks wait for each of them: a
 * thread that is on its way anyway is cheaper than waking another. A thread takes itself out of {@code working} before it looks at the queue
 * for the last time, and an adder adds before it looks at {@code working}, so no task is left behind.
 *
 * <p>Thread-safe.
 */
public final class Writers implements Executor {

    /** How often blocked threads are looked for while there are some. */
    static final int WATCH_MILLIS = 5;

    /** How often while there are none: with 200 looks a second the timer's thread took some 1 % of a processor. */
    static final int CALM_MILLIS = 10;

    /** For so long a thread may be with one task before it counts as blocked although it does not wait. */
    static final int RUNNING_MILLIS = 40;

    /** So many tasks one thread does sooner than another one is woken: they take it half a millisecond, and waking costs as much as several of them. */
    static final int SHARE = 64;

    /** So many threads may hang for good without counting as blocked. */
    static final int MAX_LOST = 1000;

    private static final System.Logger LOG = System.getLogger(Writers.class.getName());

    /** For so many watches without work the timer goes on: stopping and beginning it costs more. */
    private static final int IDLE_WATCHES = 20;

    /** So many tasks that one task adds are queued together; the first of them begin while it adds more. */
    static final int TOGETHER = 256;

    /** Of this instance: threads of other writers are none of these. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable Writer> current = new ThreadLocal<>();

    private final ConcurrentLinkedQueue<Batch> due = new ConcurrentLinkedQueue<>();

    /** How many tasks are in {@code due}, those included that were already taken from a batch that is not exhausted. */
    private final AtomicInteger waiting = new AtomicInteger();

    private final AtomicInteger working = new AtomicInteger();
    private final AtomicInteger blocked = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger rested = new AtomicInteger();
    private final ConcurrentLinkedDeque<Writer> resting = new ConcurrentLinkedDeque<>();
    private final ConcurrentLinkedQueue<Writer> all = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean watching = new AtomicBoolean();
    private final ThreadFactory threads;
    private final ScheduledExecutorService timer;
    private final int parallel;
    private final int maxBlocked;
    private final long lostAfterMillis;
    private volatile int allowed;
    private volatile boolean stopped;

    /** These two are used by the watch alone. */
    private int idleWatches;

    private boolean calm = true;

    /**
     * Begins without threads.
     *
     * @param threads makes them, when they are needed
     * @param parallel how many work at the same time while none is blocked
     * @param maxBlocked how many may be blocked before nothing may wait any more
     * @param lostAfterMillis longer than any write may take: a thread that the watch has seen blocked for so long will not come back
     * @param timer runs the watch, which never waits
     */
    public Writers(
            ThreadFactory threads, int parallel, int maxBlocked, long lostAfterMillis, ScheduledExecutorService timer) {
        this.threads = threads;
        this.parallel = parallel;
        this.allowed = parallel;
        this.maxBlocked = maxBlocked;
        this.lostAfterMillis = lostAfterMillis;
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
        Writer here = current.get();
        if (here != null && here.task instanceof ManyTasks) {
            here.collect(task);
            return;
        }
        Batch batch = new Batch(new Runnable[] {task});
        if (!queue(batch) && working.get() == 0 && due.remove(batch)) {
            waiting.decrementAndGet();
            throw new RejectedExecutionException("no thread");
        }
    }

    /** Queues tasks; false where there is no thread for them and none can be made. */
    private boolean queue(Batch batch) {
        due.add(batch);
        int wait = waiting.addAndGet(batch.tasks.length);
        int now = working.get();
        boolean called = (now > 0 && (wait <= now * SHARE || now >= allowed)) || call();
        if (!watching.get()) {
            watch();
        }
        return called;
    }

    /** The next task; null where there is none. */
    private @Nullable Runnable poll() {
        for (Batch batch = due.peek(); batch != null; batch = due.peek()) {
            int place = batch.next.getAndIncrement();
            int last = batch.tasks.length - 1;
            if (place >= last && due.remove(batch)) {
                waiting.addAndGet(-batch.tasks.length);
            }
            if (place <= last) {
                return batch.tasks[place];
            }
        }
        return null;
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

    /** How many threads have hung for so long that they will not come back. */
    int lost() {
        return lost.get();
    }

    /** Ends the threads when what they are doing is done. What is still due is not run. */
    public void stop() {
        stopped = true;
        due.clear();
        for (Writer writer : all) {
            LockSupport.unpark(writer.thread);
        }
    }

    /** Whether {@link #stop} was called. */
    public boolean stopped() {
        return stopped;
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
            int after = calm ? CALM_MILLIS : WATCH_MILLIS;
            ScheduledFuture<?> unused = timer.schedule(() -> look(after), after, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            LOG.log(Level.DEBUG, () -> "KULKUL0208D the watch over the writers ends with the instance: " + stopping);
        }
    }

    private void look(int after) {
        int found = 0;
        for (Writer writer : all) {
            found += writer.hasBlocked(after) ? 1 : 0;
        }
        int room = Math.max(0, maxBlocked - blocked.get());
        allowed = parallel + Math.min(room, 2 * found);
        int missing = Math.min(allowed, waiting.get()) - working.get();
        while (missing > 0 && call()) {
            missing--;
        }
        calm = found == 0 && blocked.get() == 0;
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
        LOST,
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

        /** What the task has added that is not queued yet, and how much of it there is; used by the thread itself alone. */
        private @Nullable Runnable[] collected = new @Nullable Runnable[TOGETHER];

        private int toQueue;

        /** Used by the watch alone, as is {@code seenMillis}: for how long it has seen this step. */
        private long seen;

        private long seenMillis;

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
            for (Runnable next = poll(); next != null; next = poll()) {
                steps.lazySet(++step);
                task = next;
                run(next);
                task = null;
                queueCollected();
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

        /** Takes what the present task adds. */
        void collect(Runnable added) {
            collected[toQueue++] = added;
            if (toQueue == TOGETHER) {
                queueCollected();
            }
        }

        /** Queues what the present task has added. No thread is needed for it: this one comes back to it. */
        void queueCollected() {
            if (toQueue > 0) {
                Batch batch = new Batch(Arrays.copyOf(collected, toQueue));
                Arrays.fill(collected, 0, toQueue, null);
                toQueue = 0;
                boolean unused = queue(batch);
            }
        }

        /** Counts this thread as working again, where another one has taken its place meanwhile. */
        private boolean comesBack() {
            if (state.get() == State.WORKING) {
                return false;
            }
            if (state.compareAndSet(State.BLOCKED, State.WORKING)) {
                blocked.decrementAndGet();
            } else if (state.compareAndSet(State.LOST, State.WORKING)) {
                lost.decrementAndGet();
            } else {
                return false;
            }
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
        private boolean hasBlocked(int sinceMillis) {
            long now = steps.get();
            seenMillis = now == seen && (now & 1) == 1 ? seenMillis + sinceMillis : 0;
            seen = now;
            if (seenMillis > lostAfterMillis && state.get() == State.BLOCKED) {
                isLost();
            }
            if (seenMillis == 0
                    || (seenMillis < RUNNING_MILLIS && runs())
                    || !state.compareAndSet(State.WORKING, State.BLOCKED)) {
                return false;
            }
            blocked.incrementAndGet();
            working.decrementAndGet();
            return true;
        }

        private void isLost() {
            if (lost.get() >= MAX_LOST || !state.compareAndSet(State.BLOCKED, State.LOST)) {
                return;
            }
            blocked.decrementAndGet();
            int now = lost.incrementAndGet();
            LOG.log(
                    Level.WARNING,
                    () ->
                            "KULKUL0116W a thread has hung in a write to a client for longer than a write may take: the container has not"
                                    + " ended it with the connection. " + now + " hang so.");
        }

        private boolean runs() {
            Thread here = thread;
            return here != null && here.getState() == Thread.State.RUNNABLE;
        }
    }

    /** Tasks that were queued together, and which of them is taken next. */
    private static final class Batch {

        private final Runnable[] tasks;
        private final AtomicInteger next = new AtomicInteger();

        Batch(Runnable[] tasks) {
            this.tasks = tasks;
        }
    }

    /** A task that adds many others, and never waits: what it adds is queued when it ends, or when {@value #TOGETHER} have come together. */
    @FunctionalInterface
    public interface ManyTasks extends Runnable {}
}
