package io.kulkul.core.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * Deletes what has had its time: a channel's oldest events, and idempotency keys.
 *
 * <p>Each transaction deletes at most {@value #MOST_AT_ONCE} rows, and locks no channel: whoever publishes or reads does not wait.
 * Several instances may do it at once. Thread-safe.
 */
final class LogCleaner {

    /**
     * How long an event stays at least that a namespace's size alone would let go: so long another instance, to which the bus did not bring
     * it, finds it here.
     */
    static final Duration GRACE = Duration.ofMinutes(1);

    private static final int MOST_AT_ONCE = 1000;

    private final Database database;
    private final Function<ChannelId, LogOptions> options;
    private final Clock clock;

    LogCleaner(Database database, Function<ChannelId, LogOptions> options, Clock clock) {
        this.database = database;
        this.options = options;
        this.clock = clock;
    }

    /** A channel's oldest kept event. */
    private record Oldest(long id, ChannelId channel, long head, long seq, long published) {}

    /**
     * What may go of one channel.
     *
     * @param from the oldest kept seq
     * @param head the newest one
     * @param expired what is of this time or older goes
     * @param beyondSize up to this seq also goes what is younger, but
     * @param graceOver only what is of this time or older
     */
    private record Excess(long id, long from, long head, long expired, long beyondSize, long graceOver) {

        /** How many of the channel's events are looked at by one statement. */
        int slice(int most) {
            return (int) Math.min(most, head - from + 1);
        }

        Excess behind(int slice) {
            return new Excess(id, from + slice, head, expired, beyondSize, graceOver);
        }
    }

    int discard(int max) throws LogUnavailableException {
        discardKeys(max);
        int deleted = 0;
        long after = 0;
        while (deleted < max) {
            List<Oldest> page = oldest(after);
            deleted += discard(page, max - deleted);
            if (page.size() < MOST_AT_ONCE) {
                break;
            }
            after = page.get(page.size() - 1).id();
        }
        return deleted;
    }

    private void discardKeys(int max) throws LogUnavailableException {
        long now = clock.millis();
        int deleted = 0;
        int last = MOST_AT_ONCE;
        while (last == MOST_AT_ONCE && deleted < max) {
            last = database.inTransaction(connection -> discardKeys(connection, now));
            deleted += last;
        }
    }

    private static int discardKeys(Connection connection, long now) throws SQLException {
        // Passes over what is locked: a publisher replaces that key, and two that wait for each other's rows would be
        // one too many.
        try (PreparedStatement select = Database.prepare(
                        connection,
                        "SELECT channel_id, idempotency_key FROM kulkul_key WHERE expires <= ? "
                                + "ORDER BY expires LIMIT ? FOR UPDATE SKIP LOCKED");
                PreparedStatement delete = Database.prepare(
                        connection, "DELETE FROM kulkul_key WHERE channel_id = ? AND idempotency_key = ?")) {
            select.setLong(1, now);
            select.setInt(2, MOST_AT_ONCE);
            int found = 0;
            try (ResultSet result = select.executeQuery()) {
                while (result.next()) {
                    delete.setLong(1, result.getLong(1));
                    delete.setString(2, result.getString(2));
                    delete.addBatch();
                    found++;
                }
            }
            if (found > 0) {
                delete.executeBatch();
            }
            return found;
        }
    }

    private List<Oldest> oldest(long after) throws LogUnavailableException {
        return database.reading(connection -> {
            try (PreparedStatement select =
                    Database.prepare(connection, database.dialect().oldestEvents())) {
                select.setLong(1, after);
                select.setInt(2, MOST_AT_ONCE);
                List<Oldest> page = new ArrayList<>();
                try (ResultSet result = select.executeQuery()) {
                    while (result.next()) {
                        page.add(new Oldest(
                                result.getLong(1),
                                new ChannelId(result.getString(2), result.getString(3)),
                                result.getLong(4),
                                result.getLong(5),
                                result.getLong(6)));
                    }
                }
                return page;
            }
        });
    }

    private int discard(List<Oldest> page, int max) throws LogUnavailableException {
        Deque<Excess> due = new ArrayDeque<>();
        for (Oldest oldest : page) {
            Excess excess = excess(oldest);
            if (oldest.published() <= excess.expired()
                    || (oldest.seq() <= excess.beyondSize() && oldest.published() <= excess.graceOver())) {
                due.add(excess);
            }
        }
        int deleted = 0;
        while (!due.isEmpty() && deleted < max) {
            deleted += discardSome(due, Math.min(MOST_AT_ONCE, max - deleted));
        }
        return deleted;
    }

    private Excess excess(Oldest oldest) {
        Retention retention = options.apply(oldest.channel()).retention();
        long now = clock.millis();
        return new Excess(
                oldest.id(),
                oldest.seq(),
                oldest.head(),
                now - retention.ttl().toMillis(),
                oldest.head() - retention.size(),
                now - GRACE.toMillis());
    }

    /** Looks at so many events in one transaction; channels that may have more to delete stay in the queue. */
    private int discardSome(Deque<Excess> due, int most) throws LogUnavailableException {
        List<Excess> taken = new ArrayList<>();
        List<Integer> slices = new ArrayList<>();
        for (int room = most; room > 0 && !due.isEmpty(); room -= slices.get(slices.size() - 1)) {
            Excess excess = due.remove();
            taken.add(excess);
            slices.add(excess.slice(room));
        }
        int[] counts = database.inTransaction(connection -> delete(connection, taken, slices));
        int deleted = 0;
        for (int i = 0; i < counts.length; i++) {
            deleted += counts[i];
            Excess rest = taken.get(i).behind(slices.get(i));
            // A channel's events have times in the order of their seqs: where one stays, all behind it stay.
            if (counts[i] == slices.get(i) && rest.from() <= rest.head()) {
                due.addFirst(rest);
            }
        }
        return deleted;
    }

    private static int[] delete(Connection connection, List<Excess> taken, List<Integer> slices) throws SQLException {
        try (PreparedStatement delete = Database.prepare(
                connection,
                "DELETE FROM kulkul_event WHERE channel_id = ? AND seq >= ? AND seq < ? "
                        + "AND (published <= ? OR (seq <= ? AND published <= ?))")) {
            for (int i = 0; i < taken.size(); i++) {
                Excess excess = taken.get(i);
                delete.setLong(1, excess.id());
                delete.setLong(2, excess.from());
                delete.setLong(3, excess.from() + slices.get(i));
                delete.setLong(4, excess.expired());
                delete.setLong(5, excess.beyondSize());
                delete.setLong(6, excess.graceOver());
                delete.addBatch();
            }
            return delete.executeBatch();
        }
    }
}
