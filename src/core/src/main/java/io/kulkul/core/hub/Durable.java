package io.kulkul.core.hub;

import io.kulkul.core.bus.EventBus;
import io.kulkul.core.channel.Channels;
import io.kulkul.core.channel.DurableChannels;
import io.kulkul.core.channel.DurableFeed;
import io.kulkul.core.connection.Meter;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.eventlog.DurableLog;
import io.kulkul.core.eventlog.DurableLog.Relayed;
import io.kulkul.core.eventlog.DurableLog.Stored;
import io.kulkul.core.eventlog.GroupCommit;
import io.kulkul.core.eventlog.LogUnavailableException;
import io.kulkul.core.eventlog.PlacedEvent;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * What the hub does with the database log: appends, brings in what others appended, moves the outbox, lets go of what is too old.
 * Thread-safe.
 */
public final class Durable {

    /** How often the channels are compared with the database while the bus carries everything. */
    static final Duration COMPARE = Duration.ofSeconds(5);

    /** How often while it does not. */
    static final Duration COMPARE_WITHOUT_BUS = Duration.ofMillis(200);

    static final Duration DISCARD = Duration.ofSeconds(10);

    /** How long a publisher waits to be told the position of what it published in a transaction. */
    static final Duration RELAY_PATIENCE = Duration.ofSeconds(30);

    private static final int MAX_RELAYED = 500;
    private static final int MAX_DISCARDED = 5000;

    private static final System.Logger LOG = System.getLogger(Durable.class.getName());

    private final DurableLog log;
    private final EventBus bus;
    private final Threads threads;
    private final Meter meter;
    private final Channels channels;
    private final LongSupplier nanoTime;
    private final DurableChannels reading;
    private final DurableFeed feed;
    private final GroupCommit commits;
    private final Map<String, CompletableFuture<Stored>> relayed = new ConcurrentHashMap<>();
    private final AtomicBoolean relaying = new AtomicBoolean();
    private final AtomicBoolean relayAgain = new AtomicBoolean();
    private final AtomicBoolean discarding = new AtomicBoolean();
    private volatile long comparedNanos;
    private volatile long discardedNanos;
    private volatile long outboxPending;
    private volatile Unlogged unlogged = draft -> {};

    Durable(
            DurableLog log,
            EventBus bus,
            Channels channels,
            Addressees addressees,
            Meter meter,
            Threads threads,
            Clock clock,
            LongSupplier nanoTime) {
        this.log = log;
        this.bus = bus;
        this.channels = channels;
        this.threads = threads;
        this.meter = meter;
        this.nanoTime = nanoTime;
        this.reading = new DurableChannels(channels, log, clock);
        this.feed = new DurableFeed(channels, log, audience(addressees), threads.readers(), threads.timer(), clock);
        this.commits = new GroupCommit(log, threads.log(), threads.timer(), this::committed, nanoTime);
        this.discardedNanos = nanoTime.getAsLong();
        // At once: what passed by before the instance was there is not new to those who subscribe to it now.
        this.comparedNanos = discardedNanos - COMPARE.toNanos();
    }

    private static DurableFeed.Audience audience(Addressees addressees) {
        return new DurableFeed.Audience() {
            @Override
            public boolean wants(ChannelId id) {
                return addressees.any(id);
            }

            @Override
            public void beforeEvents(ChannelId id) {
                addressees.beforePublish(id);
            }
        };
    }

    /** Reads channels; waits for the database. */
    public DurableChannels reading() {
        return reading;
    }

    /** Takes what other instances committed. */
    void receive(List<PlacedEvent> events) {
        feed.receive(events);
        for (PlacedEvent event : events) {
            told(new Stored(event, false));
        }
    }

    CompletionStage<Stored> append(Draft draft) {
        return commits.append(draft);
    }

    /** A transaction of this instance has stored these. */
    private void committed(List<Stored> stored) {
        List<PlacedEvent> fresh = new ArrayList<>(stored.size());
        for (Stored each : stored) {
            if (!each.duplicate()) {
                fresh.add(each.event());
            }
        }
        for (PlacedEvent event : fresh) {
            bus.publish(event);
        }
        feed.receive(fresh);
    }

    /** Whether the database did not answer when it was last asked to take or to compare. */
    public boolean failing() {
        return commits.failing() || feed.failing();
    }

    /** How many rows waited in the outbox when they were last counted. */
    public long outboxPending() {
        return outboxPending;
    }

    /** Says where drafts from the outbox go that have no database log. */
    void unloggedTo(Unlogged sink) {
        unlogged = sink;
    }

    /**
     * Writes the draft into the outbox, in the calling thread's transaction.
     *
     * @return told what became of it, after {@link #relay} was called behind the commit
     */
    CompletionStage<Stored> submit(Draft draft) throws LogUnavailableException {
        log.submit(draft);
        CompletableFuture<Stored> stored = new CompletableFuture<>();
        relayed.put(draft.id(), stored);
        return stored.whenComplete((done, failure) -> relayed.remove(draft.id()));
    }

    /** The transaction was rolled back: nobody will ever tell what became of the draft. */
    void forget(String id) {
        relayed.remove(id);
    }

    /** The transaction of a {@link #submit} is committed: what waits in the outbox is moved now. Does not wait. */
    void relayCommitted(String id) {
        CompletableFuture<Stored> waiting = relayed.get(id);
        if (waiting != null) {
            waiting.orTimeout(RELAY_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        }
        relay();
    }

    /** Moves what waits in the outbox, on another thread, unless that is going on already: then once more behind it. */
    public void relay() {
        relayAgain.set(true);
        if (!relaying.compareAndSet(false, true)) {
            return;
        }
        execute(this::relayAll, relaying);
    }

    private void relayAll() {
        try {
            while (relayAgain.getAndSet(false)) {
                Relayed moved = log.relay(MAX_RELAYED);
                while (!moved.stored().isEmpty() || !moved.unlogged().isEmpty()) {
                    take(moved);
                    moved = moved.more() ? log.relay(MAX_RELAYED) : Relayed.NOTHING;
                }
            }
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "KULKUL0666D the outbox cannot be moved: " + e.getMessage());
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "KULKUL0667E moving the outbox failed", bug);
        } finally {
            relaying.set(false);
        }
        if (relayAgain.get()) {
            relay();
        }
    }

    private void take(Relayed moved) {
        committed(moved.stored());
        for (Stored stored : moved.stored()) {
            if (!stored.duplicate()) {
                meter.published(channels.options(stored.event().channel()).name(), 0);
            }
            told(stored);
        }
        for (Draft draft : moved.unlogged()) {
            unlogged.publish(draft);
        }
    }

    private void told(Stored stored) {
        CompletableFuture<Stored> waiting =
                relayed.isEmpty() ? null : relayed.get(stored.event().draft().id());
        if (waiting != null) {
            waiting.complete(stored);
        }
    }

    /** Looks after what has to be done now and then. Called several times a second; does not wait. */
    void tick() {
        long now = nanoTime.getAsLong();
        Duration interval = bus.connected() ? COMPARE : COMPARE_WITHOUT_BUS;
        if (now - comparedNanos >= interval.toNanos()) {
            comparedNanos = now;
            feed.compare();
        }
        if (now - discardedNanos >= DISCARD.toNanos()) {
            discardedNanos = now;
            if (discarding.compareAndSet(false, true)) {
                execute(this::discard, discarding);
            }
        }
    }

    private void discard() {
        try {
            outboxPending = log.pending();
            int discarded = log.discard(MAX_DISCARDED);
            while (discarded >= MAX_DISCARDED) {
                discarded = log.discard(MAX_DISCARDED);
            }
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "KULKUL0668D what is too old stays for now: " + e.getMessage());
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "KULKUL0669E deleting what is too old failed", bug);
        } finally {
            discarding.set(false);
        }
    }

    private void execute(Runnable task, AtomicBoolean busy) {
        try {
            threads.log().execute(task);
        } catch (RejectedExecutionException stopping) {
            busy.set(false);
            LOG.log(Level.DEBUG, "KULKUL0664D no thread for the database: " + stopping.getMessage());
        }
    }

    /** Publishes what has no database log. */
    @FunctionalInterface
    interface Unlogged {
        void publish(Draft draft);
    }
}
