package io.kulkul.core.eventlog;

import java.util.List;

/**
 * The log that outlives instances and that all of them share: it gives events their positions, keeps them, and knows which idempotency
 * keys were used.
 *
 * <p>Every method waits for the database, so none is called by a thread that must not wait. Thread-safe.
 *
 * <p>A channel's counting begins at 1 and never has a hole: seqs are taken in the transaction that inserts the events. An event that is
 * older than its namespace's {@link Retention} may be gone; those that are left are consecutive.
 */
public interface DurableLog {

    /** Names the counting of all channels: it is the database's own, made when its tables were. */
    String epoch();

    /**
     * Appends the drafts in one transaction, those of one channel in the order of the list.
     *
     * @param drafts at least one; of several with the same key the first counts
     * @param again whether an earlier call with the same drafts ended with {@link LogUnavailableException#outcomeUnknown}: then those whose
     *     ids are in the log already are not appended again, and are no duplicates
     * @return what became of each, in the order of the list
     */
    List<Stored> append(List<Draft> drafts, boolean again) throws LogUnavailableException;

    /** The seq of the channel's newest event; 0 where it never had one. */
    long head(ChannelId channel) throws LogUnavailableException;

    /**
     * The channel's kept events, oldest first, without a hole between them.
     *
     * @param from the first seq, at least 1
     * @param to the last seq
     * @param limit the most events: the oldest are given
     */
    List<PlacedEvent> read(ChannelId channel, long from, long to, int limit) throws LogUnavailableException;

    /**
     * The channels that got an event at or after this time, in no order.
     *
     * @param timestamp milliseconds since the Unix epoch
     */
    List<ChannelHead> changedSince(long timestamp) throws LogUnavailableException;

    /**
     * The seq of the channel's oldest kept event of this time or later; 0 where there is none.
     *
     * @param timestamp milliseconds since the Unix epoch
     */
    long firstSince(ChannelId channel, long timestamp) throws LogUnavailableException;

    /**
     * Writes the draft into the outbox, in the transaction of the calling thread (Jakarta Transactions): {@link #relay} finds it after the
     * commit.
     */
    void submit(Draft draft) throws LogUnavailableException;

    /**
     * Moves rows of the outbox into the log, in one transaction and in the order of the rows' numbers. One instance at a time does that: while
     * another is at it, this returns at once with nothing.
     *
     * @param max the most rows
     */
    Relayed relay(int max) throws LogUnavailableException;

    /**
     * Deletes events that are beyond their namespaces' {@link Retention}, idempotency keys that have had their time, and what else has had
     * its own, in short transactions.
     *
     * @param max the most events
     * @return how many events were deleted; fewer than {@code max} where nothing is left to delete
     */
    int discard(int max) throws LogUnavailableException;

    /** How many rows wait in the outbox, those that were set aside excluded. */
    long pending() throws LogUnavailableException;

    /**
     * What became of a draft.
     *
     * @param event the new event, or the one that was published earlier under the same key
     * @param duplicate whether it is that earlier one
     */
    record Stored(PlacedEvent event, boolean duplicate) {}

    /**
     * How far a channel has come.
     *
     * @param head the seq of its newest event
     * @param timestamp when that was published, in milliseconds since the Unix epoch
     */
    record ChannelHead(ChannelId channel, long head, long timestamp) {}

    /**
     * What a relay moved.
     *
     * @param stored what is in the log now, in the order of the outbox
     * @param unlogged the drafts of namespaces that have no database log, which are now in no table any more
     * @param more whether there may be more rows to move
     */
    record Relayed(List<Stored> stored, List<Draft> unlogged, boolean more) {

        /** Nothing was there, or another instance is at it. */
        public static final Relayed NOTHING = new Relayed(List.of(), List.of(), false);

        public Relayed {
            stored = List.copyOf(stored);
            unlogged = List.copyOf(unlogged);
        }
    }
}
