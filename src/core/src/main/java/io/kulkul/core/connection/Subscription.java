package io.kulkul.core.connection;

import io.kulkul.core.channel.Channel;
import io.kulkul.core.channel.Subscriber;
import io.kulkul.core.eventlog.Encoded;
import io.kulkul.core.eventlog.Encoding;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.protocol.Reply;
import io.kulkul.core.subscription.ChannelPattern;
import io.kulkul.core.subscription.Filter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection's interest in a channel or in a pattern.
 *
 * <p>Guarded by the outbox's lock. An exact subscription has one cursor for its life; a pattern has one per channel in which something is
 * waiting, and none for all the others. A subscription begins <em>held</em>: it takes note of what is offered but sends nothing until
 * {@link #release} put its replay before it.
 */
public final class Subscription implements Subscriber {

    private final Connection connection;
    private final Outbox outbox;
    private final String name;
    private final @Nullable ChannelPattern pattern;
    private final @Nullable Filter filter;
    private final Encoding encoding;
    private final boolean open;
    private final boolean implicit;
    private @Nullable TailCursor single;
    private @Nullable Map<Channel, TailCursor> waiting;
    private long notBefore = Long.MAX_VALUE;
    private boolean held = true;
    private volatile boolean ended;

    /**
     * A held subscription that nobody offers anything yet.
     *
     * @param name the channel's name or the pattern's text
     * @param open whether it needs no token
     * @param implicit whether the hub began it without being asked
     */
    Subscription(
            Connection connection,
            Outbox outbox,
            String name,
            @Nullable Filter filter,
            boolean open,
            boolean implicit) {
        this.connection = connection;
        this.outbox = outbox;
        this.name = name;
        this.pattern = ChannelPattern.looksLikePattern(name) ? new ChannelPattern(name) : null;
        this.filter = filter;
        this.encoding = connection.dialect().events(pattern);
        this.open = open;
        this.implicit = implicit;
    }

    /** The channel's name or the pattern's text. */
    public String name() {
        return name;
    }

    /** The pattern, where it is to one. */
    public @Nullable ChannelPattern pattern() {
        return pattern;
    }

    /** Whether it is to a public namespace, so that it outlives the caller's token. */
    public boolean open() {
        return open;
    }

    /** Whether the hub began it without being asked: its client does not know of it, and may still subscribe to the same channel. */
    public boolean implicit() {
        return implicit;
    }

    /** The seq of the last event that is sent or left out, of an exact subscription that has ended. */
    public long passed() {
        long[] passed = new long[1];
        outbox.locked(() -> passed[0] = single == null ? 0 : single.seq() - 1);
        return passed[0];
    }

    /** How many events wait to be sent. */
    public long lag() {
        long[] lag = new long[1];
        outbox.locked(() -> cursors().forEach(cursor -> lag[0] += cursor.waiting()));
        return lag[0];
    }

    /** The filter, or null. */
    public @Nullable Filter filter() {
        return filter;
    }

    Encoding encoding() {
        return encoding;
    }

    /** Says where the live events of an exact subscription begin. Called with the channels' lock held. */
    public void enterAt(Channel channel, long head) {
        outbox.locked(() -> {
            single = new TailCursor(this, channel, head + 1);
            notBefore = 0;
        });
    }

    /** Says where the live events of a pattern subscription begin. Called with the channels' lock held. */
    public void enterAfter(long arrival) {
        outbox.locked(() -> notBefore = arrival);
    }

    /**
     * Lets the events go: first these of before, then the live ones.
     *
     * @return how many of the events of before will be sent: those that the filter accepts
     */
    public List<Event> wanted(List<Event> replay) {
        if (filter == null) {
            return replay;
        }
        List<Event> wanted = new ArrayList<>();
        for (Event event : replay) {
            if (wants(event)) {
                wanted.add(event);
            }
        }
        return wanted;
    }

    /**
     * Lets the events go: first these of before, then the live ones.
     *
     * @param replay see {@link #wanted}
     */
    public void release(List<Event> replay) {
        outbox.release(this, replay);
    }

    void released() {
        held = false;
    }

    /** The cursors in which something waits. */
    List<TailCursor> cursors() {
        if (waiting != null) {
            return List.copyOf(waiting.values());
        }
        return single != null && single.waiting() > 0 ? List.of(single) : List.of();
    }

    /** Ends it: what it still had to send is not sent. */
    void end() {
        ended = true;
        waiting = null;
    }

    /** Whether it is over: it sends nothing any more. */
    public boolean ended() {
        return ended;
    }

    boolean wants(Event event) {
        return filter == null || event.acceptedBy(filter);
    }

    @Override
    public boolean offer(Channel channel, List<Event> run) {
        return outbox.offer(this, channel, run);
    }

    /** Takes note of a run; called by the outbox with its lock held. */
    Offer take(Channel channel, List<Event> run) {
        if (ended) {
            return Offer.NOTHING;
        }
        TailCursor cursor = cursor(channel, run);
        if (!cursor.offer(run, notBefore)) {
            return Offer.NOTHING;
        }
        if (single == null && !cursor.queued() && !cursor.loading()) {
            remember(channel, cursor);
        }
        if (cursor.waiting() > maxLag(channel) && disconnects(channel)) {
            return Offer.OVERFLOWED;
        }
        if (held || cursor.queued() || cursor.loading()) {
            return Offer.NOTHING;
        }
        outbox.ready(cursor);
        return Offer.READY;
    }

    private TailCursor cursor(Channel channel, List<Event> run) {
        if (single != null) {
            return single;
        }
        TailCursor known = waiting == null ? null : waiting.get(channel);
        return known == null ? new TailCursor(this, channel, run.get(0).seq()) : known;
    }

    private void remember(Channel channel, TailCursor cursor) {
        Map<Channel, TailCursor> cursors = waiting;
        if (cursors == null) {
            cursors = new HashMap<>(4);
            waiting = cursors;
        }
        cursors.put(channel, cursor);
    }

    /** A cursor has nothing left: a pattern forgets it. */
    void caughtUp(TailCursor cursor) {
        if (waiting != null) {
            waiting.remove(cursor.channel());
            if (waiting.isEmpty()) {
                waiting = null;
            }
        }
    }

    /** Events are gone, and the namespace says that the connection ends for it. */
    void overflowed() {
        outbox.overflowed();
    }

    /** The database has answered a cursor of this subscription. Called by any thread. */
    void loaded(TailCursor cursor, List<Event> events) {
        outbox.loaded(cursor, events);
    }

    /** How many events the client may be behind in the channel. */
    int maxLag(Channel channel) {
        return connection.settings().maxLag(channel.options());
    }

    /** Whether a client that is further behind is let go. */
    boolean disconnects(Channel channel) {
        return connection.settings().disconnects(channel.options());
    }

    /** The frame that stands for events that are gone; null where the dialect has none. */
    @Nullable
    Encoded gap(Channel channel, long from, long to, String reason) {
        connection.meter().gap();
        connection.meter().overflowed(channel.options().name(), to - from + 1);
        String frame = connection.dialect().write(new Reply.Gap(channel.id().name(), from, to, reason));
        return frame == null ? null : Encoded.of(frame);
    }

    @Override
    public void missed(Channel channel, long from, long to) {
        connection.meter().gap();
        connection.reply(new Reply.Gap(channel.id().name(), from, to, "expired"));
    }

    @Override
    public void wake() {
        outbox.wake();
    }

    /** What came of an offer. */
    enum Offer {
        NOTHING,
        READY,
        OVERFLOWED
    }
}
