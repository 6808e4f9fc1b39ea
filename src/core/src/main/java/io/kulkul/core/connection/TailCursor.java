package io.kulkul.core.connection;

import io.kulkul.core.channel.Channel;
import io.kulkul.core.eventlog.ChannelTail;
import io.kulkul.core.eventlog.Encoded;
import io.kulkul.core.eventlog.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far one subscription has read one channel's tail: the next seq to send, and the last one that the fan-out has offered.
 *
 * <p>Guarded by the outbox's lock. What was offered is read from the tail when it is sent; where the ring's end has passed the cursor
 * meanwhile, it jumps forward and sends one {@code gap} frame in place of what is gone, where the dialect has such a frame.
 */
final class TailCursor extends EventSource {

    private final Channel channel;
    private final ChannelTail tail;
    private long next;
    private long upTo;
    private boolean queued;
    private @Nullable Encoded gap;
    private long gapTo;
    private long acceptedNanos;

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
        upTo = to.seq();
        return true;
    }

    private boolean concerns(Event event, long notBefore) {
        return event.seq() >= next && event.arrival() > notBefore && subscription.wants(event);
    }

    /** The seq that {@link #peek} gave. */
    long next() {
        return next;
    }

    /** Whether {@link #peek} gave an event and not a gap. */
    boolean atEvent() {
        return gap == null;
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
            Event event = waiting() > subscription.maxLag(channel) ? null : tail.get(next);
            if (event == null && subscription.disconnects(channel)) {
                subscription.overflowed();
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

    private void jump() {
        // An event is overwritten a moment before the tail's first seq moves on.
        gapTo = Math.max(next, Math.min(Math.max(tail.first() - 1, upTo - subscription.maxLag(channel)), upTo));
        gap = subscription.gap(channel, next, gapTo);
        if (gap == null) {
            next = gapTo + 1;
        }
    }

    @Override
    void advance() {
        if (gap != null) {
            gap = null;
            next = gapTo + 1;
        } else {
            next++;
        }
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
        subscription.caughtUp(this);
    }
}
