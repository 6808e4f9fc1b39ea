package io.kulkul.core.eventlog;

import io.kulkul.core.eventlog.DurableLog.ChannelHead;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads events and channels' heads. Thread-safe. */
final class LogReader {

    private final String epoch;
    private final Database database;
    private final ChannelIds channelIds;

    LogReader(String epoch, Database database, ChannelIds channelIds) {
        this.epoch = epoch;
        this.database = database;
        this.channelIds = channelIds;
    }

    long head(ChannelId channel) throws LogUnavailableException {
        return database.reading(connection -> {
            try (PreparedStatement select =
                    Database.prepare(connection, "SELECT head FROM kulkul_channel WHERE tenant = ? AND name = ?")) {
                select.setString(1, channel.tenant());
                select.setString(2, channel.name());
                return firstLong(select);
            }
        });
    }

    List<PlacedEvent> read(ChannelId channel, long from, long to, int limit) throws LogUnavailableException {
        return database.reading(connection -> {
            Long id = id(connection, channel);
            return id == null ? List.of() : read(connection, id, channel, from, to, limit);
        });
    }

    private List<PlacedEvent> read(Connection connection, long id, ChannelId channel, long from, long to, int limit)
            throws SQLException {
        try (PreparedStatement select = Database.prepare(
                connection,
                "SELECT seq, published, id, event, payload, correlation, publisher FROM kulkul_event "
                        + "WHERE channel_id = ? AND seq BETWEEN ? AND ? ORDER BY seq LIMIT ?")) {
            select.setLong(1, id);
            select.setLong(2, from);
            select.setLong(3, to);
            select.setInt(4, limit);
            List<PlacedEvent> events = new ArrayList<>();
            try (ResultSet result = select.executeQuery()) {
                while (result.next()) {
                    events.add(event(channel, result));
                }
            }
            return events;
        }
    }

    private PlacedEvent event(ChannelId channel, ResultSet result) throws SQLException {
        // The key has done its work when the event was appended: it is not kept with the event.
        Draft draft = new Draft(
                channel,
                result.getString(4),
                result.getString(5),
                result.getString(3),
                null,
                result.getString(6),
                result.getString(7));
        return new PlacedEvent(draft, epoch, result.getLong(1), result.getLong(2));
    }

    List<ChannelHead> changedSince(long timestamp) throws LogUnavailableException {
        return database.reading(connection -> {
            try (PreparedStatement select = Database.prepare(
                    connection,
                    "SELECT tenant, name, head, changed FROM kulkul_channel WHERE changed >= ? AND head > 0")) {
                select.setLong(1, timestamp);
                List<ChannelHead> heads = new ArrayList<>();
                try (ResultSet result = select.executeQuery()) {
                    while (result.next()) {
                        heads.add(new ChannelHead(
                                new ChannelId(result.getString(1), result.getString(2)),
                                result.getLong(3),
                                result.getLong(4)));
                    }
                }
                return heads;
            }
        });
    }

    long firstSince(ChannelId channel, long timestamp) throws LogUnavailableException {
        return database.reading(connection -> {
            Long id = id(connection, channel);
            if (id == null) {
                return 0L;
            }
            try (PreparedStatement select = Database.prepare(
                    connection,
                    "SELECT seq FROM kulkul_event WHERE channel_id = ? AND published >= ? ORDER BY seq LIMIT 1")) {
                select.setLong(1, id);
                select.setLong(2, timestamp);
                return firstLong(select);
            }
        });
    }

    private @Nullable Long id(Connection connection, ChannelId channel) throws SQLException {
        Map<ChannelId, Long> found = channelIds.find(connection, List.of(channel));
        // Read outside of a transaction: whatever is visible is committed.
        channelIds.remember(found);
        return found.get(channel);
    }

    /** The first column of the first row; 0 where there is none. */
    static long firstLong(PreparedStatement select) throws SQLException {
        try (ResultSet result = select.executeQuery()) {
            return result.next() ? result.getLong(1) : 0;
        }
    }
}
