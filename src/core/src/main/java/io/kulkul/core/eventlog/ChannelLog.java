package io.kulkul.core.eventlog;

import java.util.List;

/**
 * One channel's kept events. Guarded by the channels' lock: every method is called with it held, and none blocks.
 *
 * <p>Kept are the newest {@link Retention#size} events that are younger than {@link Retention#ttl}; a read never returns an older one,
 * whether or not it has been discarded yet.
 */
public interface ChannelLog {

    /** Names the present counting. */
    String epoch();

    /** The seq of the newest event ever appended; 0 before the first. */
    long head();

    /** The seq of the oldest event that is kept; {@code head() + 1} where none is. */
    long first(long now);

    /**
     * The time of the newest event that is no longer kept; {@code Long.MIN_VALUE} where all events are.
     *
     * <p>Nothing published after that time is missing.
     */
    long lostUntil(long now);

    /** Keeps the event, whose seq is {@code head() + 1} and whose epoch is this log's. */
    void append(Event event);

    /**
     * The kept events with {@code from <= seq <= to}, oldest first.
     *
     * @param limit the most events, counted from the oldest
     */
    List<Event> read(long from, long to, int limit, long now);

    /**
     * Discards what is older than the retention allows.
     *
     * @return whether nothing is kept any more
     */
    boolean expire(long now);
}
