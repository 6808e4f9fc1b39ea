package io.kulkul.core.eventlog;

import io.kulkul.core.eventlog.DurableLog.Stored;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Appends to the database log what arrived while the last commit was under way, in one transaction: the slower a commit, the more share it.
 *
 * <p>One transaction at a time, in the order of the calls. Where the database is away, what waits is tried again until its time is up. The
 * queue is bounded by events and by size. Thread-safe.
 */
public final class GroupCommit {

    /** The most events of one transaction. */
    static final int MAX_BATCH = 500;

    /** The most characters of payload in one transaction, unless a single event has more. */
    static final int MAX_BATCH_CHARACTERS = 4_194_304;

    /** The most events that wait. */
    static final int MAX_WAITING = 20_000;

    /** The most characters of payload that wait. */
    static final int MAX_WAITING_CHARACTERS = 67_108_864;

    /** How long an event may wait for a database that is away. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    static final Duration RETRY = Duration.ofMillis(250);

    private static final System.Logger LOG = System.getLogger(GroupCommit.class.getName());

    private final DurableLog log;
    private final Executor threads;
    private final ScheduledExecutorService timer;
    private final Consumer<List<Stored>> committed;
    private final LongSupplier nanoTime;

    /** Guards what follows. */
    private final Object lock = new Object();

    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private long waitingCharacters;
    private boolean running;
    private boolean failing;

    /** How many of those that wait are to be appended one by one, because one of them was refused. */
    private int singly;

    /** What the transaction under way is about; touched by the one that runs only. */
    private List<Entry> batch = List.of();

    private boolean again;

    /**
     * Has nothing to do yet.
     *
     * @param threads may wait for the database; one task at a time runs here
     * @param timer begins the next try
     * @param committed takes over what a transaction stored, before its publishers hear of it; must not wait
     */
    public GroupCommit(
            DurableLog log,
            Executor threads,
            ScheduledExecutorService timer,
            Consumer<List<Stored>> committed,
            LongSupplier nanoTime) {
        this.log = log;
        this.threads = threads;
        this.timer = timer;
        this.committed = committed;
        this.nanoTime = nanoTime;
    }

    /**
     * Appends the draft.
     *
     * @return ends with {@link LogUnavailableException} where the database did not take it in time, or too much waits already; it may be in
     *     the log all the same where the database was lost while it was answering
     */
    public CompletionStage<Stored> append(Draft draft) {
        Entry entry = new Entry(draft, nanoTime.getAsLong());
        boolean start;
        synchronized (lock) {
            if (waiting.size() >= MAX_WAITING || waitingCharacters > MAX_WAITING_CHARACTERS) {
                entry.fail(new LogUnavailableException("too many events wait for the database", false, null));
                return entry.stored;
            }
            waiting.add(entry);
            waitingCharacters += draft.payload().length();
            start = !running;
            running = true;
        }
        if (start) {
            start();
        }
        return entry.stored;
    }

    /** Whether the last transaction failed, so that publishers wait. */
    public boolean failing() {
        synchronized (lock) {
            return failing;
        }
    }

    private void start() {
        try {
            threads.execute(this::run);
        } catch (RejectedExecutionException stopping) {
            giveUp(new LogUnavailableException("the instance is ending", false, stopping));
        }
    }

    private void run() {
        while (true) {
            List<Entry> next = batch.isEmpty() ? nextBatch() : batch;
            if (next.isEmpty()) {
                return;
            }
            batch = next;
            try {
                List<Stored> stored =
                        log.append(next.stream().map(entry -> entry.draft).toList(), again);
                succeeded(next, stored);
            } catch (LogUnavailableException e) {
                failed(e);
                return;
            } catch (RuntimeException bug) {
                refused(next, bug);
            }
        }
    }

    /** Nothing says that it would go better a second time; but one event that the log cannot take shall not take others along. */
    private void refused(List<Entry> entries, RuntimeException bug) {
        batch = List.of();
        again = false;
        if (entries.size() == 1) {
            LOG.log(Level.ERROR, "KULKUL0651E appending an event failed", bug);
            entries.get(0).fail(new LogUnavailableException("the event log does not take it", false, bug));
            return;
        }
        synchronized (lock) {
            for (int i = entries.size() - 1; i >= 0; i--) {
                waiting.addFirst(entries.get(i));
                waitingCharacters += entries.get(i).draft.payload().length();
            }
            singly = entries.size();
        }
    }

    private List<Entry> nextBatch() {
        synchronized (lock) {
            List<Entry> next = new ArrayList<>();
            int most = singly > 0 ? 1 : MAX_BATCH;
            singly = Math.max(0, singly - 1);
            int characters = 0;
            for (Entry entry = waiting.peek(); entry != null && next.size() < most; entry = waiting.peek()) {
                characters += entry.draft.payload().length();
                if (!next.isEmpty() && characters > MAX_BATCH_CHARACTERS) {
                    break;
                }
                next.add(waiting.remove());
                waitingCharacters -= entry.draft.payload().length();
            }
            running = !next.isEmpty();
            return next;
        }
    }

    private void succeeded(List<Entry> entries, List<Stored> stored) {
        batch = List.of();
        again = false;
        boolean was;
        synchronized (lock) {
            was = failing;
            failing = false;
        }
        if (was) {
            LOG.log(Level.INFO, "KULKUL0653I the database takes events again");
        }
        try {
            committed.accept(stored);
        } catch (RuntimeException bug) {
            // They are in the log: whoever misses them finds them there.
            LOG.log(Level.ERROR, "KULKUL0654E delivering stored events failed", bug);
        }
        for (int i = 0; i < entries.size(); i++) {
            entries.get(i).stored.complete(stored.get(i));
        }
    }

    /** Lets go of what has waited long enough, and tries the rest again later. */
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it, and run() lets nothing out
    private void failed(LogUnavailableException failure) {
        again |= failure.outcomeUnknown();
        boolean was;
        synchronized (lock) {
            was = failing;
            failing = true;
        }
        if (!was) {
            LOG.log(Level.WARNING, "KULKUL0652W the database does not take events: " + failure.getMessage());
        }
        long now = nanoTime.getAsLong();
        List<Entry> left = new ArrayList<>();
        List<Entry> late = new ArrayList<>();
        for (Entry entry : batch) {
            (now - entry.since < PATIENCE.toNanos() ? left : late).add(entry);
        }
        batch = left;
        synchronized (lock) {
            for (Entry entry = waiting.peek();
                    entry != null && now - entry.since >= PATIENCE.toNanos();
                    entry = waiting.peek()) {
                late.add(waiting.remove());
                waitingCharacters -= entry.draft.payload().length();
            }
        }
        late.forEach(entry -> entry.fail(failure));
        if (left.isEmpty()) {
            again = false;
            synchronized (lock) {
                if (waiting.isEmpty()) {
                    running = false;
                    return;
                }
            }
        }
        try {
            timer.schedule(this::start, RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            giveUp(failure);
        }
    }

    private void giveUp(LogUnavailableException why) {
        List<Entry> all = new ArrayList<>(batch);
        batch = List.of();
        synchronized (lock) {
            all.addAll(waiting);
            waiting.clear();
            waitingCharacters = 0;
            running = false;
        }
        all.forEach(entry -> entry.fail(why));
    }

    /** A draft and who waits for it. */
    private static final class Entry {
        final Draft draft;
        final long since;
        final CompletableFuture<Stored> stored = new CompletableFuture<>();

        Entry(Draft draft, long since) {
            this.draft = draft;
            this.since = since;
        }

        void fail(LogUnavailableException why) {
            stored.completeExceptionally(why);
        }
    }
}
