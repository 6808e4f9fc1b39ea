package io.kulkul.core.channel;

import io.kulkul.api.Position;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.ChannelLog;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.eventlog.DurableChannelLog;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.eventlog.EventLog;
import io.kulkul.core.eventlog.PlacedEvent;
import io.kulkul.core.eventlog.Retention;
import io.kulkul.core.protocol.Since;
import io.kulkul.core.subscription.ChannelPattern;
import io.kulkul.core.subscription.PatternIndex;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All live channels of this instance: appends events, lets subscribers in and out, replays, forgets what nobody needs.
 *
 * <p>Thread-safe. One lock guards all of it, because the instance promises one order: an event gets its seq, its arrival number and its
 * timestamp, its place in log and tail and its place in the fan-out's queue in one step. So the arrival numbers have no holes, the
 * timestamps never go back, and a subscriber that comes in between two steps has every event either in its replay or live, never in
 * both and never in neither. Nothing blocks while the lock is held; a step takes well under a microsecond, except those that look at
 * many channels, which take the lock once per channel.
 */
public final class Channels {

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ChannelId, Channel> live = new HashMap<>();
    private final PatternIndex<Subscriber> patterns = new PatternIndex<>();
    private final ForgottenChannels forgotten;
    private final Namespaces namespaces;
    private final EventLog eventLog;
    private final @Nullable String durableEpoch;
    private final FanOut fanOut;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final int replayMaxEvents;
    private volatile @Nullable CatchUp catchUp;
    private long arrivals;
    private long lastTimestamp;

    /** Begins without channels, and without a database log. */
    public Channels(
            Namespaces namespaces,
            EventLog eventLog,
            FanOut fanOut,
            Clock clock,
            LongSupplier nanoTime,
            int replayMaxEvents) {
        this(namespaces, eventLog, null, fanOut, clock, nanoTime, replayMaxEvents);
    }

    /**
     * Begins without channels.
     *
     * @param durableEpoch the counting of the database log; null where there is none
     * @param replayMaxEvents the most events one subscriber is replayed
     */
    public Channels(
            Namespaces namespaces,
            EventLog eventLog,
            @Nullable String durableEpoch,
            FanOut fanOut,
            Clock clock,
            LongSupplier nanoTime,
            int replayMaxEvents) {
        this.namespaces = namespaces;
        this.eventLog = eventLog;
        this.durableEpoch = durableEpoch;
        this.fanOut = fanOut;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.replayMaxEvents = replayMaxEvents;
        this.forgotten = new ForgottenChannels(clock.millis());
    }

    /** The options of the channel's namespace. */
    public NamespaceOptions options(ChannelId id) {
        return namespaces.of(id.namespace());
    }

    /** Whether the channel's events lie in the database log. The hub's own channels are the instance's. */
    public boolean durable(ChannelId id) {
        return durableEpoch != null && !id.reserved() && options(id).durable();
    }

    /** The names of all namespaces' options, see {@link NamespaceOptions#name}. */
    public Set<String> namespaces() {
        return namespaces.names();
    }

    /** Whether anybody may subscribe to anything without a token. */
    public boolean anyPublic() {
        return namespaces.anyPublic();
    }

    /** Gives the draft its place, unless its key was used before. */
    public Appended append(Draft draft) {
        Appended appended;
        boolean begin;
        lock.lock();
        try {
            long now = now();
            Channel channel = open(draft.channel());
            Event earlier = channel.published(draft.key(), now);
            if (earlier != null) {
                return new Appended(earlier, true);
            }
            ChannelLog log = channel.log();
            Event event = append(channel, draft, log.epoch(), log.head() + 1, now);
            appended = new Appended(event, false);
            begin = fanOut.appended(channel, event);
        } finally {
            lock.unlock();
        }
        begin(begin);
        return appended;
    }

    /** Called without the lock. */
    private void begin(boolean necessary) {
        if (necessary) {
            fanOut.begin();
        }
    }

    /** Appends what another instance published in a namespace without history, where somebody here wants it. */
    public void appendForeign(PlacedEvent placed) {
        boolean begin = false;
        lock.lock();
        try {
            ChannelId id = placed.channel();
            if (live.containsKey(id) || !patterns.find(id).isEmpty()) {
                Channel channel = open(id);
                ChannelLog log = channel.log();
                Event event = append(channel, placed.draft(), log.epoch(), log.head() + 1, placed.timestamp());
                begin = fanOut.appended(channel, event);
            }
        } finally {
            lock.unlock();
        }
        begin(begin);
    }

    private Event append(Channel channel, Draft draft, String epoch, long seq, long timestamp) {
        Event event = new Event(
                draft, epoch, seq, channel.options().keepsHistory(), timestamp, ++arrivals, nanoTime.getAsLong());
        channel.append(event, draft.key());
        return event;
    }

    /**
     * Lets a subscriber of exactly one channel in.
     *
     * @param since where it wants to go on; null: with the next event, and with the cached one where there is one
     * @param entered is told the channel and its head with the lock held, so that the subscriber knows where its live events begin
     *     before the first one is offered
     */
    public Replay subscribe(ChannelId id, Subscriber subscriber, Since.@Nullable After since, Entered entered) {
        lock.lock();
        try {
            Channel channel = open(id);
            entered.at(channel, channel.log().head());
            channel.add(subscriber);
            return since == null ? cached(channel) : replay(channel, since);
        } finally {
            lock.unlock();
        }
    }

    /** Lets a subscriber of exactly one channel out. */
    public void unsubscribe(ChannelId id, Subscriber subscriber) {
        lock.lock();
        try {
            Channel channel = live.get(id);
            if (channel != null) {
                channel.remove(subscriber, now());
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets a subscriber of a pattern in.
     *
     * @param entered is told the arrival number of the instance's newest event with the lock held: live events come after it
     */
    public Replay subscribe(
            String tenant,
            ChannelPattern pattern,
            Subscriber subscriber,
            Since.@Nullable AfterEach since,
            EnteredPattern entered) {
        long until;
        lock.lock();
        try {
            until = arrivals;
            entered.after(until);
            patterns.add(tenant, pattern, subscriber);
        } finally {
            lock.unlock();
        }
        return since == null ? Replay.nothing(null) : new PatternReplay(tenant, pattern, since, until).collect();
    }

    /** Lets a subscriber of a pattern out. */
    public void unsubscribe(String tenant, ChannelPattern pattern, Subscriber subscriber) {
        lock.lock();
        try {
            patterns.remove(tenant, pattern, subscriber);
        } finally {
            lock.unlock();
        }
    }

    /** Everybody who gets the channel's events now; read by the fan-out only. */
    public List<Subscriber> subscribersOf(Channel channel) {
        lock.lock();
        try {
            long version = patterns.version();
            if (channel.reachedIsCurrent(version)) {
                return channel.reached(version, List.of());
            }
            return channel.reached(version, patterns.find(channel.id()));
        } finally {
            lock.unlock();
        }
    }

    private Replay cached(Channel channel) {
        Event last = channel.cached(now());
        Position head = head(channel);
        return last == null ? Replay.nothing(head) : new Replay(head, false, List.of(last), 0, 0);
    }

    private Replay replay(Channel channel, Since.After since) {
        if (!channel.options().keepsHistory()) {
            return cached(channel);
        }
        long now = now();
        ChannelLog log = channel.log();
        long head = log.head();
        boolean sameCounting = sameCounting(log, since);
        long after = sameCounting ? since.seq() : 0;
        long first = Math.max(channel.firstReplayable(now), head - replayMaxEvents + 1L);
        long from = Math.max(first, after + 1);
        List<Event> events = channel.replayable(from, now);
        long missedTo = from - 1;
        boolean missed = missedTo > after;
        return new Replay(
                head(channel), sameCounting && !missed, events, missed ? after + 1 : 0, missed ? missedTo : 0);
    }

    /** A position beyond the head belongs to an earlier counting whose epoch the client did not tell. */
    private static boolean sameCounting(ChannelLog log, Since.After since) {
        return since.seq() <= log.head()
                && (since.epoch() == null || since.epoch().equals(log.epoch()));
    }

    /**
     * The kept events of a channel.
     *
     * @param since what the reader has already; null: nothing
     * @param limit the most events
     * @param reverse newest first
     * @return null where the namespace keeps no history
     */
    public @Nullable HistoryPage history(ChannelId id, Since.@Nullable After since, int limit, boolean reverse) {
        lock.lock();
        try {
            if (!options(id).keepsHistory()) {
                return null;
            }
            Channel channel = open(id);
            long now = now();
            ChannelLog log = channel.log();
            long head = log.head();
            long after = since != null && sameCounting(log, since) ? since.seq() : 0;
            if (!reverse) {
                return new HistoryPage(new Position(log.epoch(), head), log.read(after + 1, head, limit, now));
            }
            List<Event> newest = new ArrayList<>(log.read(Math.max(after + 1, head - limit + 1), head, limit, now));
            Collections.reverse(newest);
            return new HistoryPage(new Position(log.epoch(), head), newest);
        } finally {
            lock.unlock();
        }
    }

    /** Says who reads durable channels for clients that lag behind; called before any channel is live. */
    void catchUpBy(CatchUp reader) {
        catchUp = reader;
    }

    /** Whether the channel is live. */
    boolean isOpen(ChannelId id) {
        lock.lock();
        try {
            return live.containsKey(id);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a pattern that somebody here subscribed to covers the channel. */
    boolean isCovered(ChannelId id) {
        lock.lock();
        try {
            return !patterns.find(id).isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes a durable channel live, unless it is.
     *
     * @param head the seq of the last event that nobody here will be offered
     */
    void open(ChannelId id, long head) {
        lock.lock();
        try {
            if (!live.containsKey(id)) {
                Channel channel = new Channel(
                        id, options(id), new DurableChannelLog(durableEpoch(), head), catchUp, nanoTime.getAsLong());
                channel.touch(now());
                live.put(id, channel);
            }
        } finally {
            lock.unlock();
        }
    }

    private String durableEpoch() {
        return Objects.requireNonNull(durableEpoch, "no database log");
    }

    /**
     * Takes events of a durable channel: appends those that follow, holds those that come too early, and leaves out what it has.
     *
     * @return whether earlier ones are missing
     */
    boolean take(ChannelId id, List<PlacedEvent> events) {
        boolean begin = false;
        lock.lock();
        try {
            Channel channel = live.get(id);
            if (channel == null) {
                return false;
            }
            for (PlacedEvent event : events) {
                if (event.seq() > channel.log().head() && event.epoch().equals(durableEpoch)) {
                    channel.hold(event);
                }
                for (PlacedEvent next = channel.takeHeld(); next != null; next = channel.takeHeld()) {
                    Event added = append(channel, next.draft(), next.epoch(), next.seq(), next.timestamp());
                    begin |= fanOut.appended(channel, added);
                }
            }
            return channel.missingTo() > channel.log().head();
        } finally {
            lock.unlock();
            // Also where a later event failed: the earlier ones are in the channel.
            begin(begin);
        }
    }

    /**
     * Notes how far a durable channel has come in the database.
     *
     * @return whether events are missing here
     */
    boolean know(ChannelId id, long head) {
        lock.lock();
        try {
            Channel channel = live.get(id);
            if (channel == null) {
                return false;
            }
            channel.know(head);
            return channel.missingTo() > channel.log().head();
        } finally {
            lock.unlock();
        }
    }

    /** The events of a durable channel that are missing here; null where none is. */
    @Nullable
    Missing missing(ChannelId id) {
        lock.lock();
        try {
            Channel channel = live.get(id);
            if (channel == null || channel.missingTo() <= channel.log().head()) {
                return null;
            }
            return new Missing(channel.log().head() + 1, channel.missingTo());
        } finally {
            lock.unlock();
        }
    }

    /** Goes on behind this event without those before it, which nobody has any more, and tells the subscribers. */
    void skipTo(ChannelId id, long seq) {
        List<Subscriber> told;
        Channel channel;
        long from;
        lock.lock();
        try {
            channel = live.get(id);
            if (channel == null || channel.log().head() >= seq) {
                return;
            }
            from = channel.log().head() + 1;
            ((DurableChannelLog) channel.log()).skipTo(seq);
            channel.tail().skipTo(seq);
            told = channel.reached(patterns.version(), patterns.find(id));
        } finally {
            lock.unlock();
        }
        for (Subscriber subscriber : told) {
            subscriber.missed(channel, from, seq);
        }
    }

    /**
     * Lets a subscriber of a durable channel in, where that is live.
     *
     * @param since see {@link #subscribe}
     * @param dbHead the seq up to which the database is known to have events
     * @return null where the channel is not live
     */
    @Nullable
    DurableEntry enter(ChannelId id, Subscriber subscriber, Since.@Nullable After since, long dbHead, Entered entered) {
        lock.lock();
        try {
            Channel channel = live.get(id);
            if (channel == null) {
                return null;
            }
            long head = channel.log().head();
            long given = since != null && isOurs(since, Math.max(head, dbHead)) ? since.seq() : -1;
            boolean same = given >= 0;
            // Another instance may have sent the client more than this one has yet: it shall not have that twice.
            long seen = Math.max(head, given);
            entered.at(channel, seen);
            channel.add(subscriber);
            long after = Math.max(0, given);
            long from = since == null ? head + 1 : Math.max(after + 1, head - replayMaxEvents + 1L);
            if (since == null && channel.options().cache() && head > 0) {
                from = head;
            }
            return new DurableEntry(
                    new Position(durableEpoch(), seen), same, after, from, head, inTail(channel, from, head));
        } finally {
            lock.unlock();
        }
    }

    /** Whether the position belongs to the database's counting, in which the channel has come so far. */
    boolean isOurs(Since.After since, long head) {
        return since.seq() <= head && (since.epoch() == null || since.epoch().equals(durableEpoch));
    }

    /** The events, where the tail has all of them. */
    private @Nullable List<Event> inTail(Channel channel, long from, long to) {
        List<Event> events = new ArrayList<>();
        long oldest = now() - channel.options().historyTtl().toMillis();
        for (long seq = from; seq <= to; seq++) {
            Event event = channel.tail().get(seq);
            if (event == null || event.timestamp() <= oldest) {
                return null;
            }
            events.add(event);
        }
        return events;
    }

    /**
     * Lets a subscriber of a pattern in without a replay.
     *
     * @return the arrival number of the instance's newest event
     */
    long enter(String tenant, ChannelPattern pattern, Subscriber subscriber, EnteredPattern entered) {
        lock.lock();
        try {
            entered.after(arrivals);
            patterns.add(tenant, pattern, subscriber);
            return arrivals;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The seq of a durable channel's newest event that arrived no later than this, the channel being live.
     *
     * @param arrival an arrival number
     */
    long headAt(ChannelId id, long arrival) {
        lock.lock();
        try {
            Channel channel = live.get(id);
            if (channel == null) {
                return 0;
            }
            long seq = channel.log().head();
            for (Event event = channel.tail().get(seq);
                    event != null && event.arrival() > arrival;
                    event = channel.tail().get(seq)) {
                seq--;
            }
            return seq;
        } finally {
            lock.unlock();
        }
    }

    /** What a resumed pattern subscription is owed of the channels that are in this instance's memory alone. */
    Replay replayInMemory(String tenant, ChannelPattern pattern, Since.AfterEach since, long until) {
        return new PatternReplay(tenant, pattern, since, until).collect();
    }

    /** Whether all channels that the pattern can cover are in the database. */
    private boolean onlyDurable(ChannelPattern pattern) {
        String namespace = new ChannelId("", pattern.text()).namespace();
        return durableEpoch != null
                && (namespace.indexOf('*') < 0 ? namespaces.of(namespace).durable() : namespaces.allDurable());
    }

    int replayMaxEvents() {
        return replayMaxEvents;
    }

    /** An event that was read from the database. */
    public Event eventOf(PlacedEvent placed) {
        return new Event(
                placed.draft(), placed.epoch(), placed.seq(), true, placed.timestamp(), 0, nanoTime.getAsLong());
    }

    /** How many channels are live. */
    public int count() {
        lock.lock();
        try {
            return live.size();
        } finally {
            lock.unlock();
        }
    }

    /** The arrival number of the newest event. */
    public long arrivals() {
        lock.lock();
        try {
            return arrivals;
        } finally {
            lock.unlock();
        }
    }

    /** What can be told of a channel, or null where it is not live. */
    public @Nullable ChannelInfo info(ChannelId id) {
        lock.lock();
        try {
            Channel channel = live.get(id);
            return channel == null ? null : info(channel);
        } finally {
            lock.unlock();
        }
    }

    /**
     * A page of a tenant's live channels in the order of their names.
     *
     * @param after the last name of the page before; empty for the first
     */
    public List<ChannelInfo> page(String tenant, String after, int limit) {
        List<String> names = new ArrayList<>();
        for (ChannelId id : ids()) {
            if (id.tenant().equals(tenant) && id.name().compareTo(after) > 0) {
                names.add(id.name());
            }
        }
        Collections.sort(names);
        List<ChannelInfo> page = new ArrayList<>();
        for (String name : names) {
            ChannelInfo info = page.size() < limit ? info(new ChannelId(tenant, name)) : null;
            if (info != null) {
                page.add(info);
            }
        }
        return page;
    }

    /**
     * The live channels that pass, in no order.
     *
     * @param tenant whose; null for those of all tenants
     * @param wanted which of them
     */
    public List<ChannelInfo> all(@Nullable String tenant, Predicate<ChannelId> wanted) {
        List<ChannelInfo> all = new ArrayList<>();
        for (ChannelId id : ids()) {
            ChannelInfo info = (tenant == null || id.tenant().equals(tenant)) && wanted.test(id) ? info(id) : null;
            if (info != null) {
                all.add(info);
            }
        }
        return all;
    }

    /** What can be told of a durable channel that is not live here. */
    ChannelInfo infoOf(ChannelId id, long head) {
        return new ChannelInfo(
                id, durableEpoch(), head, Math.min(head, options(id).historySize()), 0, 0, 0);
    }

    /** How many events can be replayed; of a durable channel at most, because nobody counts the expired ones in the database. */
    private long kept(Channel channel, long head) {
        if (!channel.options().keepsHistory()) {
            return 0;
        }
        return durable(channel.id())
                ? Math.min(head, channel.options().historySize())
                : head - channel.log().first(now()) + 1;
    }

    private ChannelInfo info(Channel channel) {
        ChannelLog log = channel.log();
        boolean history = channel.options().keepsHistory();
        return new ChannelInfo(
                channel.id(),
                history ? log.epoch() : null,
                history ? log.head() : 0,
                kept(channel, log.head()),
                channel.subscriberCount(),
                patterns.find(channel.id()).size(),
                channel.rate().perSecond());
    }

    /** Lets go of expired events, and of channels that nobody uses and that have none left. Called now and then. */
    public void expire() {
        for (ChannelId id : ids()) {
            lock.lock();
            try {
                Channel channel = live.get(id);
                if (channel != null) {
                    channel.forgetReached(patterns.version());
                    channel.rate().measure(nanoTime.getAsLong());
                    long lostUntil = channel.log().lostUntil(now());
                    if (channel.expire(now())) {
                        live.remove(id);
                    }
                    if (!live.containsKey(id) && !durable(id)) {
                        forgotten.add(id, Math.max(lostUntil, channel.log().lostUntil(now())));
                    }
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private List<ChannelId> ids() {
        lock.lock();
        try {
            return new ArrayList<>(live.keySet());
        } finally {
            lock.unlock();
        }
    }

    private Channel open(ChannelId id) {
        Channel channel = live.get(id);
        if (channel == null) {
            NamespaceOptions options = options(id);
            if (durable(id)) {
                throw new IllegalStateException(id + " is in the database: nobody here knows where it stands");
            }
            channel = new Channel(
                    id,
                    options,
                    eventLog.open(id, new Retention(options.historySize(), options.historyTtl())),
                    null,
                    nanoTime.getAsLong());
            live.put(id, channel);
        }
        return channel;
    }

    private static @Nullable Position head(Channel channel) {
        return channel.options().keepsHistory()
                ? new Position(channel.log().epoch(), channel.log().head())
                : null;
    }

    private long now() {
        lastTimestamp = Math.max(lastTimestamp, clock.millis());
        return lastTimestamp;
    }

    /**
     * Events of a durable channel that this instance has not.
     *
     * @param from the first one's seq
     * @param to the last one's seq
     */
    record Missing(long from, long to) {}

    /**
     * How a subscriber of a durable channel came in.
     *
     * @param head what it is told to be the newest event
     * @param same whether the position that it gave belongs to this counting
     * @param after the seq behind which it goes on
     * @param from the first seq of its replay
     * @param to the last seq of its replay
     * @param events the replay, where the tail has all of it
     */
    record DurableEntry(
            Position head,
            boolean same,
            long after,
            long from,
            long to,
            @Nullable List<Event> events) {}

    /** Hears where a subscriber of one channel came in. */
    @FunctionalInterface
    public interface Entered {
        /**
         * Called with the lock held.
         *
         * @param head the seq of the newest event of before
         */
        void at(Channel channel, long head);
    }

    /** Hears where a subscriber of a pattern came in. */
    @FunctionalInterface
    public interface EnteredPattern {
        /** Called with the lock held. */
        void after(long arrival);
    }

    /** A page of history. */
    public record HistoryPage(Position head, List<Event> events) {
        public HistoryPage {
            events = List.copyOf(events);
        }
    }

    /** Collects what a resumed pattern subscription missed, channel by channel, up to where its live events begin. */
    private final class PatternReplay {

        private final String tenant;
        private final ChannelPattern pattern;
        private final Since.AfterEach since;
        private final long until;
        private final List<Event> events = new ArrayList<>();
        private boolean complete;

        PatternReplay(String tenant, ChannelPattern pattern, Since.AfterEach since, long until) {
            this.tenant = tenant;
            this.pattern = pattern;
            this.since = since;
            this.until = until;
        }

        Replay collect() {
            List<ChannelId> ids;
            lock.lock();
            try {
                // In one step: a channel that is forgotten in between would be neither here nor there.
                complete = onlyDurable(pattern) || forgotten.noneLostSince(tenant, pattern, since.timestamp());
                ids = ids();
            } finally {
                lock.unlock();
            }
            Predicate<String> matching = pattern.matcher();
            int listed = 0;
            for (String name : since.channels().keySet()) {
                // Those are replayed from the database.
                listed += durable(new ChannelId(tenant, name)) ? 1 : 0;
            }
            for (ChannelId id : ids) {
                if (id.tenant().equals(tenant) && !durable(id) && matching.test(id.name())) {
                    Since.After after = since.channels().get(id.name());
                    listed += after == null ? 0 : 1;
                    collect(id, after);
                }
            }
            // A listed channel that is gone took its epoch, and perhaps events, with it.
            complete &= listed == since.channels().size();
            events.sort(Comparator.comparingLong(Event::arrival));
            if (events.size() > replayMaxEvents) {
                events.subList(0, events.size() - replayMaxEvents).clear();
                complete = false;
            }
            return new Replay(null, complete, events, 0, 0);
        }

        private void collect(ChannelId id, Since.@Nullable After after) {
            lock.lock();
            try {
                Channel channel = live.get(id);
                if (channel == null) {
                    complete &= after == null && forgotten.noneLostSince(tenant, pattern, since.timestamp());
                } else if (!channel.options().keepsHistory()) {
                    complete &= channel.log().head() == 0 || channel.log().lostUntil(now()) < since.timestamp();
                } else if (after == null) {
                    collectSinceTime(channel);
                } else {
                    collectAfter(channel, after);
                }
            } finally {
                lock.unlock();
            }
        }

        private void collectSinceTime(Channel channel) {
            long now = now();
            complete &= channel.replayableSince(since.timestamp(), now);
            for (Event event : channel.replayable(channel.firstReplayable(now), now)) {
                // The client has seen nothing of this channel: an event of the very same millisecond is one it missed.
                if (event.timestamp() >= since.timestamp()) {
                    add(event);
                }
            }
        }

        private void collectAfter(Channel channel, Since.After after) {
            long now = now();
            boolean same = sameCounting(channel.log(), after);
            long from = same ? after.seq() + 1 : 1;
            long first = channel.firstReplayable(now);
            complete &= same && first <= from;
            channel.replayable(Math.max(first, from), now).forEach(this::add);
        }

        private void add(Event event) {
            if (event.arrival() <= until) {
                events.add(event);
            }
        }
    }
}
