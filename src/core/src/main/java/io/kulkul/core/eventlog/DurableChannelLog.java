package io.kulkul.core.eventlog;

import java.util.List;

/**
 * What this instance remembers of a channel whose events lie in the database log: how far it has come here. Its events are in the
 * channel's tail and in the database.
 */
public final class DurableChannelLog implements ChannelLog {

    private final String epoch;
    private long head;

    /**
     * Goes on behind an event.
     *
     * @param head that event's seq; 0 before the channel's first
     */
    public DurableChannelLog(String epoch, long head) {
        this.epoch = epoch;
        this.head = head;
    }

    @Override
    public String epoch() {
        return epoch;
    }

    /** The seq of the newest event that came to this instance: the database may know of newer ones. */
    @Override
    public long head() {
        return head;
    }

    @Override
    public long first(long now) {
        return head + 1;
    }

    @Override
    public long lostUntil(long now) {
        return Long.MIN_VALUE;
    }

    @Override
    public void append(Event event) {
        if (event.seq() != head + 1) {
            throw new IllegalArgumentException(event + " does not follow " + head);
        }
        head = event.seq();
    }

    /** Goes on behind a later event without those in between. */
    public void skipTo(long seq) {
        head = seq;
    }

    @Override
    public List<Event> read(long from, long to, int limit, long now) {
        return List.of();
    }

    @Override
    public boolean expire(long now) {
        return true;
    }
}
