package io.kulkul.core.eventlog;

/**
 * An event with its place, as it lies in the database log and as it travels between instances.
 *
 * @param draft what was published
 * @param epoch the channel's counting; empty where the namespace keeps no history
 * @param seq counts the channel's events from 1; 0 where the namespace keeps no history
 * @param timestamp milliseconds since the Unix epoch
 */
public record PlacedEvent(Draft draft, String epoch, long seq, long timestamp) {

    /** An event of a namespace that keeps no history, which has no place in any counting. */
    public static PlacedEvent unplaced(Draft draft, long timestamp) {
        return new PlacedEvent(draft, "", 0, timestamp);
    }

    public ChannelId channel() {
        return draft.channel();
    }

    /** Whether the event has a position in its channel. */
    public boolean placed() {
        return seq > 0;
    }
}
