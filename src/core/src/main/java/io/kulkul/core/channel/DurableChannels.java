package io.kulkul.core.channel;

import io.kulkul.api.Position;
import io.kulkul.core.channel.Channels.DurableEntry;
import io.kulkul.core.channel.Channels.EnteredPattern;
import io.kulkul.core.channel.Channels.HistoryPage;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.DurableLog;
import io.kulkul.core.eventlog.DurableLog.ChannelHead;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.eventlog.LogUnavailableException;
import io.kulkul.core.eventlog.PlacedEvent;
import io.kulkul.core.protocol.Since;
import io.kulkul.core.subscription.ChannelPattern;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the channels whose events lie in the database: replay, history, and who comes in where. Every method waits for the database, except
 * where it says otherwise. Thread-safe.
 *
 * <p>A durable channel is live here while somebody wants it. Where it begins, its <em>base</em>, is asked of the database; from there on this
 * instance has every event, because {@link DurableFeed} sees to it, and a subscriber has what is before its entry from the database and what
 * is after it live. Which is which is decided under the channels' lock, so that there is no seam.
 */
public final class DurableChannels {

    private final Channels channels;
    private final DurableLog log;
    private final Clock clock;

    /** Reads this log. */
    public DurableChannels(Channels channels, DurableLog log, Clock clock) {
        this.channels = channels;
        this.log = log;
        this.clock = clock;
    }

    /** Makes the channel live, where it now stands in the database, unless it is live. */
    public void open(ChannelId id) throws LogUnavailableException {
        if (!channels.isOpen(id)) {
            channels.open(id, log.head(id));
        }
    }

    /**
     * Lets a subscriber of exactly one channel in where that is live, without a replay. Does not wait.
     *
     * @return false where it is not live
     */
    public boolean enterLive(ChannelId id, Subscriber subscriber, Channels.Entered entered) {
        return channels.enter(id, subscriber, null, 0, entered) != null;
    }

    /** Lets a subscriber of exactly one channel in; see {@link Channels#subscribe(ChannelId, Subscriber, Since.After, Channels.Entered)}. */
    public Replay subscribe(ChannelId id, Subscriber subscriber, Since.@Nullable After since, Channels.Entered entered)
            throws LogUnavailableException {
        long head = since == null && channels.isOpen(id) ? 0 : log.head(id);
        DurableEntry entry = channels.enter(id, subscriber, since, head, entered);
        while (entry == null) {
            channels.open(id, head);
            // It is there now; but it may be forgotten again by the next time that we look, if we are that slow.
            entry = channels.enter(id, subscriber, since, head, entered);
        }
        try {
            return replay(id, since, entry);
        } catch (LogUnavailableException e) {
            channels.unsubscribe(id, subscriber);
            throw e;
        }
    }

    private Replay replay(ChannelId id, Since.@Nullable After since, DurableEntry entry)
            throws LogUnavailableException {
        List<Event> events = entry.events() != null
                ? entry.events()
                : read(id, entry.from(), entry.to(), channels.replayMaxEvents());
        if (since == null) {
            return new Replay(entry.head(), false, events, 0, 0);
        }
        long first = events.isEmpty() ? entry.to() + 1 : events.get(0).seq();
        boolean missed = first > entry.after() + 1;
        return new Replay(
                entry.head(), entry.same() && !missed, events, missed ? entry.after() + 1 : 0, missed ? first - 1 : 0);
    }

    /** The kept events in this range, none of which is older than the namespace lets them be. */
    private List<Event> read(ChannelId id, long from, long to, int limit) throws LogUnavailableException {
        if (from > to) {
            return List.of();
        }
        long oldest = oldestKept(id);
        List<Event> events = new ArrayList<>();
        for (PlacedEvent placed : log.read(id, from, to, limit)) {
            if (placed.timestamp() > oldest) {
                events.add(channels.eventOf(placed));
            }
        }
        return events;
    }

    private long oldestKept(ChannelId id) {
        return clock.millis() - channels.options(id).historyTtl().toMillis();
    }

    /**
     * The kept events in this range for a client that has fallen behind the tail.
     *
     * @param limit the most events
     */
    public List<Event> catchUp(ChannelId id, long from, long to, int limit) throws LogUnavailableException {
        return read(id, from, to, limit);
    }

    /** What can be told of a channel, whether it is live or not; null where it has had no event. */
    public @Nullable ChannelInfo info(ChannelId id) throws LogUnavailableException {
        ChannelInfo live = channels.info(id);
        if (live != null) {
            return live;
        }
        long head = log.head(id);
        return head == 0 ? null : channels.infoOf(id, head);
    }

    /** The channel's head in the database. */
    public Position head(ChannelId id) throws LogUnavailableException {
        return new Position(log.epoch(), log.head(id));
    }

    /** The kept events of a channel; see {@link Channels#history}. */
    public HistoryPage history(ChannelId id, Since.@Nullable After since, int limit, boolean reverse)
            throws LogUnavailableException {
        long head = log.head(id);
        long after = since != null && channels.isOurs(since, head) ? since.seq() : 0;
        Position position = new Position(log.epoch(), head);
        if (!reverse) {
            return new HistoryPage(position, read(id, after + 1, head, limit));
        }
        List<Event> newest = new ArrayList<>(read(id, Math.max(after + 1, head - limit + 1), head, limit));
        Collections.reverse(newest);
        return new HistoryPage(position, newest);
    }

    /**
     * Lets a subscriber of a pattern in; see {@link Channels#subscribe(String, ChannelPattern, Subscriber, Since.AfterEach, EnteredPattern)}.
     * Waits for the database only where there is a {@code since}.
     */
    public Replay subscribe(
            String tenant,
            ChannelPattern pattern,
            Subscriber subscriber,
            Since.@Nullable AfterEach since,
            EnteredPattern entered)
            throws LogUnavailableException {
        long until = channels.enter(tenant, pattern, subscriber, entered);
        if (since == null) {
            return Replay.nothing(null);
        }
        try {
            return new PatternReplay(tenant, pattern, since, until).collect();
        } catch (LogUnavailableException e) {
            channels.unsubscribe(tenant, pattern, subscriber);
            throw e;
        }
    }

    /** Collects what a resumed pattern subscription missed, up to where its live events begin. */
    private final class PatternReplay {

        private final String tenant;
        private final ChannelPattern pattern;
        private final Since.AfterEach since;
        private final long until;
        private final List<Event> events = new ArrayList<>();
        private final Map<String, Long> ahead = new HashMap<>();
        private boolean complete = true;

        PatternReplay(String tenant, ChannelPattern pattern, Since.AfterEach since, long until) {
            this.tenant = tenant;
            this.pattern = pattern;
            this.since = since;
            this.until = until;
        }

        Replay collect() throws LogUnavailableException {
            for (Map.Entry<ChannelId, Long> changed : changed().entrySet()) {
                collect(changed.getKey(), changed.getValue());
            }
            Replay inMemory = channels.replayInMemory(tenant, pattern, since, until);
            events.addAll(inMemory.events());
            complete &= inMemory.recovered();
            // Within a channel times never go back, so that this keeps the channels' order.
            events.sort(Comparator.comparingLong(Event::timestamp));
            int max = channels.replayMaxEvents();
            if (events.size() > max) {
                events.subList(0, events.size() - max).clear();
                complete = false;
            }
            return new Replay(null, complete, events, 0, 0, ahead);
        }

        /** The durable channels that may have something for the subscriber, with their heads. */
        private Map<ChannelId, Long> changed() throws LogUnavailableException {
            Predicate<String> matching = pattern.matcher();
            Map<ChannelId, Long> heads = new HashMap<>();
            for (ChannelHead head : log.changedSince(since.timestamp())) {
                ChannelId id = head.channel();
                if (id.tenant().equals(tenant) && matching.test(id.name()) && channels.durable(id)) {
                    heads.put(id, head.head());
                }
            }
            for (String name : since.channels().keySet()) {
                ChannelId id = new ChannelId(tenant, name);
                if (!heads.containsKey(id) && matching.test(name) && channels.durable(id)) {
                    heads.put(id, log.head(id));
                }
            }
            return heads;
        }

        private void collect(ChannelId id, long dbHead) throws LogUnavailableException {
            channels.open(id, dbHead);
            long to = channels.headAt(id, until);
            Since.After after = since.channels().get(id.name());
            if (after == null) {
                collectSinceTime(id, to);
                return;
            }
            boolean same = channels.isOurs(after, Math.max(dbHead, to));
            if (same && after.seq() > to) {
                ahead.put(id.name(), after.seq());
            }
            long from = same ? after.seq() + 1 : 1;
            List<Event> missed = read(id, from, to, channels.replayMaxEvents() + 1);
            complete &=
                    same && (from > to || (!missed.isEmpty() && missed.get(0).seq() == from));
            add(missed, to);
        }

        private void collectSinceTime(ChannelId id, long to) throws LogUnavailableException {
            long first = log.firstSince(id, since.timestamp());
            if (first == 0) {
                // It got something since then, and that is gone.
                complete = false;
                return;
            }
            // The one before it, where it is still there, shows that nothing between them is gone.
            long from = Math.max(1, first - 1);
            List<Event> read = read(id, from, to, channels.replayMaxEvents() + 2);
            complete &=
                    first > to || first == 1 || (!read.isEmpty() && read.get(0).seq() == from);
            read.removeIf(event -> event.seq() < first);
            add(read, to);
        }

        private void add(List<Event> read, long to) {
            if (!read.isEmpty() && read.get(read.size() - 1).seq() < to) {
                // There are so many that they would not all be sent anyway.
                complete = false;
            }
            events.addAll(read);
        }
    }
}
