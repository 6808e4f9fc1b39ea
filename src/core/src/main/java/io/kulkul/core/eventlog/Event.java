package io.kulkul.core.eventlog;

import io.kulkul.api.Position;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One published event, held once however many clients it goes to.
 *
 * <p>What it says never changes. It also remembers its frames, one per {@link Encoding}, and which filters accept it, so that each is
 * worked out once and not once per connection; both are guarded by the event's monitor and forgotten when it leaves the tail.
 */
public final class Event {

    private final Draft draft;
    private final String epoch;
    private final long seq;
    private final boolean positioned;
    private final long timestamp;
    private final long arrival;
    private final long acceptedNanos;
    private volatile @Nullable Frame frames;
    private @Nullable Map<Object, Boolean> accepted;

    /**
     * Gives a draft its place.
     *
     * @param epoch the channel's present counting
     * @param seq counts the channel's events in this epoch from 1, also where the wire does not show it
     * @param positioned whether the namespace keeps history, so that the wire shows the position
     * @param timestamp milliseconds since the Unix epoch
     * @param arrival counts all events of this instance from 1, in the order in which it received them
     * @param acceptedNanos the instance's nanosecond time when the event was accepted, for the delivery latency
     */
    public Event(
            Draft draft, String epoch, long seq, boolean positioned, long timestamp, long arrival, long acceptedNanos) {
        this.draft = draft;
        this.epoch = epoch;
        this.seq = seq;
        this.positioned = positioned;
        this.timestamp = timestamp;
        this.arrival = arrival;
        this.acceptedNanos = acceptedNanos;
    }

    public ChannelId channel() {
        return draft.channel();
    }

    public String name() {
        return draft.name();
    }

    /** JSON text. */
    public String payload() {
        return draft.payload();
    }

    public String id() {
        return draft.id();
    }

    public @Nullable String correlation() {
        return draft.correlation();
    }

    public @Nullable String publisher() {
        return draft.publisher();
    }

    public String epoch() {
        return epoch;
    }

    public long seq() {
        return seq;
    }

    /** Whether clients may know the position. */
    public boolean positioned() {
        return positioned;
    }

    /** The position as clients may know it. */
    public @Nullable Position position() {
        return positioned ? new Position(epoch, seq) : null;
    }

    public long timestamp() {
        return timestamp;
    }

    public long arrival() {
        return arrival;
    }

    public long acceptedNanos() {
        return acceptedNanos;
    }

    /** This event's frame, written on first use and the same for all connections after. */
    public Encoded encoded(Encoding encoding) {
        Frame known = find(encoding);
        return known == null ? encodeOnce(encoding) : known.encoded;
    }

    private synchronized Encoded encodeOnce(Encoding encoding) {
        Frame known = find(encoding);
        if (known != null) {
            return known.encoded;
        }
        Encoded encoded = Encoded.of(encoding.encode(this));
        frames = new Frame(encoding, encoded, frames);
        return encoded;
    }

    private @Nullable Frame find(Encoding encoding) {
        for (Frame frame = frames; frame != null; frame = frame.next) {
            if (frame.encoding == encoding || frame.encoding.equals(encoding)) {
                return frame;
            }
        }
        return null;
    }

    /**
     * Whether the filter accepts this event, tested once for all filters that are equal.
     *
     * @param filter with {@code equals} by what it accepts
     */
    public synchronized <F extends Predicate<Event>> boolean acceptedBy(F filter) {
        Map<Object, Boolean> known = accepted;
        if (known == null) {
            known = new HashMap<>();
            accepted = known;
        }
        Boolean answer = known.get(filter);
        if (answer == null) {
            answer = filter.test(this);
            known.put(filter, answer);
        }
        return answer;
    }

    /** Drops what can be worked out again: the event is now kept for replay only. */
    synchronized void forgetFrames() {
        frames = null;
        accepted = null;
    }

    @Override
    public String toString() {
        return "Event[" + channel() + " " + name() + " " + epoch + ":" + seq + "]";
    }

    private static final class Frame {
        final Encoding encoding;
        final Encoded encoded;
        final @Nullable Frame next;

        Frame(Encoding encoding, Encoded encoded, @Nullable Frame next) {
            this.encoding = encoding;
            this.encoded = encoded;
            this.next = next;
        }
    }
}
