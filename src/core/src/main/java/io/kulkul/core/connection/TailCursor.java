package io.kulkul.core.connection;

import io.kulkul.core.channel.CatchUp;
import io.kulkul.core.channel.Channel;
import io.kulkul.core.eventlog.ChannelTail;
import io.kulkul.core.eventlog.Encoded;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.eventlog.Run;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far one subscription has read one channel's tail: the next seq to send, and the last one that the fan-out has offered, or that was
 * taken before it did.
 *
 * <p>Guarded by the outbox's lock. What was offered is read from the tail when it is sent; where the ring's end has passed the cursor
 * meanwhile, it jumps forward and sends one {@code gap} frame in place of what is gone, where the dialect has such a frame; a durable
 * channel's events are read from the database instead, a few at a time, and the cursor is not ready until they are here.
 */
final class TailCursor extends EventSource {

    /** The most events that are read from the database at once for one client. */
    private static final int MAX_LOADED = 64;

    private static final ChannelTail.RunMaker MAKER = Runs::make;

    private final Channel channel;
    private final ChannelTail tail;
    private long next;
    private long upTo;
    private boolean queued;
    private @Nullable Encoded gap;
    private long gapTo;
    private long acceptedNanos;

    /** What was read from the database and is not sent yet. */
    private final ArrayDeque<Event> loaded = new ArrayDeque<>(0);

    private boolean loading;

    /** What is asked of the database last, and what it had no more; both up to and including. */
    private long loadingTo;

    private long goneTo;

    /**
     * A cursor that has caught up.
     *
     * @param next the first seq that concerns the subscription
     */
    TailCursor(Subscription subscription, Channel channel, long next) {
        super(subscription);
        this.channel = channel;
        this.tail = channel.tail();
        this.next = next;
        this.upTo = next - 1;
    }

    Channel channel() {
        return channel;
    }

    /**
     * Takes note of a run of events.
     *
     * @param notBefore events that arrived earlier do not concern the subscription
     * @return whether anything in it does
     */
    boolean offer(List<Event> run, long notBefore) {
        Event from = null;
        Event to = null;
        for (int i = 0; i < run.size() && from == null; i++) {
            from = concerns(run.get(i), notBefore) ? run.get(i) : null;
        }
        for (int i = run.size() - 1; i >= 0 && from != null && to == null; i--) {
            to = concerns(run.get(i), notBefore) ? run.get(i) : null;
        }
        if (from == null || to == null) {
            return false;
        }
        if (next > upTo) {
            next = from.seq();
            arrival = from.arrival();
        }
        upTo = Math.max(upTo, to.seq());
        return true;
    }

    private boolean concerns(Event event, long notBefore) {
        return event.seq() >= next && event.arrival() > notBefore && subscription.wants(event);
    }

    /** Leaves out what comes up to this seq. */
    void skipTo(long seq) {
        next = Math.max(next, seq + 1);
    }

    /** The seq that {@link #peek} gave. */
    long seq() {
        return next;
    }

    /** Whether the outbox has it among its ready sources; the outbox itself keeps this. */
    boolean queued() {
        return queued;
    }

    void queued(boolean now) {
        queued = now;
    }

    /** How far the cursor is behind what was offered. */
    @Override
    long waiting() {
        return upTo - next + 1;
    }

    /** How many events are neither sent nor named by a gap. */
    long unsent() {
        return gap == null ? waiting() : upTo - gapTo;
    }

    @Override
    @Nullable
    Encoded peek() {
        while (gap == null && next <= upTo) {
            Event event = following();
            if (event == null && subscription.disconnects(channel)) {
                subscription.overflowed();
                return null;
            } else if (event == null && goneTo >= next) {
                gapTo = Math.min(goneTo, upTo);
                gap = subscription.gap(channel, next, gapTo, "expired");
                next = gap == null ? gapTo + 1 : next;
            } else if (event == null && channel.catchUp() != null) {
                load(channel.catchUp());
                return null;
            } else if (event == null) {
                jump();
            } else if (subscription.wants(event)) {
                arrival = event.arrival();
                acceptedNanos = event.acceptedNanos();
                return event.encoded(subscription.encoding());
            } else {
                next++;
            }
        }
        acceptedNanos = 0;
        return gap;
    }

    /** The next event, where it is in memory and may be sent from there. */
    private @Nullable Event following() {
        while (!loaded.isEmpty() && loaded.element().seq() < next) {
            loaded.remove();
        }
        if (!loaded.isEmpty() && loaded.element().seq() == next) {
            return loaded.element();
        }
        boolean allowed = channel.catchUp() != null
                ? !subscription.disconnects(channel) || waiting() <= subscription.maxLag(channel)
                : waiting() <= subscription.maxLag(channel);
        return allowed ? tail.get(next) : null;
    }

    private void load(CatchUp from) {
        loading = true;
        loadingTo = Math.min(upTo, next + MAX_LOADED - 1);
        from.read(channel.id(), next, loadingTo, events -> subscription.loaded(this, events));
    }

    /** Whether it waits for the database. */
    boolean loading() {
        return loading;
    }

    /** Takes what the database still had of what was asked. */
    void take(List<Event> events) {
        loading = false;
        goneTo = events.isEmpty() ? loadingTo : events.get(0).seq() - 1;
        loaded.addAll(events);
    }

    private void jump() {
        // An event is overwritten a moment before the tail's first seq moves on.
        gapTo = Math.max(next, Math.min(Math.max(tail.first() - 1, upTo - subscription.maxLag(channel)), upTo));
        gap = subscription.gap(channel, next, gapTo, "slow");
        if (gap == null) {
            next = gapTo + 1;
        }
    }

    /** The seq of the channel's newest event, which the fan-out may not have offered yet. */
    long newest() {
        return tail.last();
    }

    /**
     * Takes also what the fan-out has not offered yet. Only for a connection that has no other subscription: its other channels' events
     * would come behind later ones of this.
     *
     * @param newest an event that was in the tail when there was no other subscription yet
     */
    void readAhead(long newest) {
        if (channel.catchUp() == null) {
            upTo = Math.max(upTo, Math.min(newest, next + subscription.maxLag(channel) - 1));
        }
    }

    /** All that waits, in one frame that other connections may share; null where it has to be looked at one by one. */
    @Nullable
    Run run() {
        boolean simple = gap == null && loaded.isEmpty() && next <= upTo && waiting() <= subscription.maxLag(channel);
        return simple ? tail.run(next, upTo, subscription.encoding(), subscription.filter(), MAKER) : null;
    }

    /** Moves on behind what {@link #run} gave. */
    void advanceBehind(Run run) {
        next = run.to() + 1;
        noteArrival();
    }

    @Override
    void advance() {
        if (gap != null) {
            gap = null;
            next = gapTo + 1;
        } else {
            next++;
        }
        noteArrival();
    }

    private void noteArrival() {
        Event following = next <= upTo ? tail.get(next) : null;
        if (following != null) {
            arrival = following.arrival();
        }
    }

    @Override
    long acceptedNanos() {
        return acceptedNanos;
    }

    @Override
    void exhausted() {
        queued = false;
        if (!loading) {
            subscription.caughtUp(this);
        }
    }
}
