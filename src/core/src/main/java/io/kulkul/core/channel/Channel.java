package io.kulkul.core.channel;

import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.ChannelLog;
import io.kulkul.core.eventlog.ChannelTail;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.eventlog.IdempotencyKeys;
import io.kulkul.core.eventlog.PlacedEvent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One live channel.
 *
 * <p>Its tail may be read by any thread; everything else is guarded by the lock of its {@link Channels}.
 */
public final class Channel {

    /** The most events that are held; the database has the others. */
    private static final int MAX_HELD = 1000;

    private final ChannelId id;
    private final NamespaceOptions options;
    private final ChannelTail tail;
    private final ChannelLog log;
    private final @Nullable CatchUp catchUp;
    private final Set<Subscriber> subscribers = new LinkedHashSet<>(2);
    private final Rate rate;
    private @Nullable IdempotencyKeys keys;
    private @Nullable Event cached;
    private List<Subscriber> reached = List.of();
    private boolean subscribersChanged;
    private long patternVersion = -1;
    private long lastLeft = Long.MIN_VALUE;

    /** Events of a durable channel that came before those they follow, by their seq. */
    private @Nullable TreeMap<Long, PlacedEvent> held;

    /** The seq up to which the database is known to have events of a durable channel. */
    private long known;

    Channel(ChannelId id, NamespaceOptions options, ChannelLog log, @Nullable CatchUp catchUp, long nanos) {
        this.id = id;
        this.catchUp = catchUp;
        this.options = options;
        this.log = log;
        this.rate = new Rate(nanos);
        this.tail = new ChannelTail(options.tailSize(), log.head());
    }

    public ChannelId id() {
        return id;
    }

    public NamespaceOptions options() {
        return options;
    }

    public ChannelTail tail() {
        return tail;
    }

    /** Reads what the tail has no more; null where nobody has that. */
    public @Nullable CatchUp catchUp() {
        return catchUp;
    }

    /** How many events it has had lately. */
    Rate rate() {
        return rate;
    }

    ChannelLog log() {
        return log;
    }

    /** Keeps an event until the ones before it have come. */
    void hold(PlacedEvent event) {
        TreeMap<Long, PlacedEvent> waiting = held;
        if (waiting == null) {
            waiting = new TreeMap<>();
            held = waiting;
        }
        waiting.put(event.seq(), event);
        know(event.seq());
        if (waiting.size() > MAX_HELD) {
            // The database has it.
            waiting.pollLastEntry();
        }
    }

    /** The held event that follows the newest one, or null. */
    @Nullable
    PlacedEvent takeHeld() {
        TreeMap<Long, PlacedEvent> waiting = held;
        if (waiting == null) {
            return null;
        }
        waiting.headMap(log.head(), true).clear();
        PlacedEvent next = waiting.remove(log.head() + 1);
        if (waiting.isEmpty()) {
            held = null;
        }
        return next;
    }

    /** The database has events up to this one. */
    void know(long seq) {
        known = Math.max(known, seq);
    }

    /** The last of the events that are missing here; below the next one where none is. */
    long missingTo() {
        return held == null ? known : held.firstKey() - 1;
    }

    void add(Subscriber subscriber) {
        subscribers.add(subscriber);
        subscribersChanged = true;
    }

    void remove(Subscriber subscriber, long now) {
        subscribers.remove(subscriber);
        lastLeft = now;
        subscribersChanged = true;
    }

    /** Stays for a while, although nobody has subscribed and nothing has come yet. */
    void touch(long now) {
        lastLeft = now;
    }

    int subscriberCount() {
        return subscribers.size();
    }

    /** The event published earlier under the key, or null. */
    @Nullable
    Event published(@Nullable String key, long now) {
        IdempotencyKeys known = keys;
        return key == null || known == null ? null : known.find(key, now);
    }

    /** Takes the next event. */
    void append(Event event, @Nullable String key) {
        rate.count();
        log.append(event);
        tail.append(event);
        if (options.cache()) {
            cached = event;
        }
        if (key != null) {
            IdempotencyKeys known = keys;
            if (known == null) {
                known = new IdempotencyKeys();
                keys = known;
            }
            known.remember(key, event);
        }
    }

    /**
     * The seq of the oldest event that a subscriber can be replayed; one above the newest where there is none.
     *
     * <p>The log keeps what the namespace's history promises; where the tail reaches further back, it gives that too.
     */
    long firstReplayable(long now) {
        long kept = log.first(now);
        for (long seq = tail.first(); seq < kept; seq++) {
            Event event = tail.get(seq);
            if (event != null && event.timestamp() > oldestKept(now)) {
                return seq;
            }
        }
        return kept;
    }

    /**
     * The events from this seq to the newest, oldest first.
     *
     * @param from not below {@link #firstReplayable}
     */
    List<Event> replayable(long from, long now) {
        long kept = Math.max(from, log.first(now));
        List<Event> events = new ArrayList<>();
        for (long seq = from; seq < kept; seq++) {
            Event event = tail.get(seq);
            if (event != null) {
                events.add(event);
            }
        }
        events.addAll(log.read(kept, log.head(), Integer.MAX_VALUE, now));
        return events;
    }

    /** Whether no event published at or after this time is out of reach of a replay. */
    boolean replayableSince(long timestamp, long now) {
        long first = firstReplayable(now);
        if (first == 1 || log.lostUntil(now) < timestamp) {
            return true;
        }
        // Whatever is out of reach is not younger than the first that is not.
        List<Event> reach = first < log.first(now) ? replayable(first, now) : List.of();
        return !reach.isEmpty() && reach.get(0).timestamp() < timestamp;
    }

    /** The last event, where the namespace says that a new subscriber gets it and it is not older than the history may be. */
    @Nullable
    Event cached(long now) {
        Event last = cached;
        return last != null && last.timestamp() > oldestKept(now) ? last : null;
    }

    /** Everybody who gets this channel's events now: first those of its own name, then those of matching patterns. */
    List<Subscriber> reached(long currentPatternVersion, Iterable<Subscriber> byPattern) {
        if (subscribersChanged || patternVersion != currentPatternVersion) {
            List<Subscriber> all = new ArrayList<>(subscribers);
            byPattern.forEach(all::add);
            reached = all;
            subscribersChanged = false;
            patternVersion = currentPatternVersion;
        }
        return reached;
    }

    /** Lets go of subscribers who may have left: a quiet channel would hold their connections until its next event. */
    void forgetReached(long currentPatternVersion) {
        if (!reachedIsCurrent(currentPatternVersion)) {
            reached = List.of();
        }
    }

    boolean reachedIsCurrent(long currentPatternVersion) {
        return !subscribersChanged && patternVersion == currentPatternVersion;
    }

    /**
     * Lets go of what is too old.
     *
     * @return whether nobody would notice if the channel were forgotten
     */
    boolean expire(long now) {
        boolean empty = log.expire(now);
        tail.expire(oldestKept(now));
        if (cached != null && cached(now) == null) {
            cached = null;
        }
        if (keys != null && keys.expire(now)) {
            keys = null;
        }
        // Somebody who left just now may come back with the epoch in hand, even where no event has been published yet.
        return empty
                && tail.first() > tail.last()
                && keys == null
                && cached == null
                && subscribers.isEmpty()
                && lastLeft <= oldestKept(now);
    }

    private long oldestKept(long now) {
        return now - options.historyTtl().toMillis();
    }
}
