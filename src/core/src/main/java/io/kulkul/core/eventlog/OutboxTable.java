package io.kulkul.core.eventlog;

import static java.util.stream.Collectors.partitioningBy;

import io.kulkul.core.eventlog.DurableLog.Relayed;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Writes rows into the outbox and moves them from there into the log. Thread-safe. */
final class OutboxTable {

    private static final System.Logger LOG = System.getLogger(OutboxTable.class.getName());

    private final Database database;
    private final ChannelIds channelIds;
    private final LogAppender appender;
    private final Function<ChannelId, LogOptions> options;
    private final Supplier<String> eventIds;

    OutboxTable(
            Database database,
            ChannelIds channelIds,
            LogAppender appender,
            Function<ChannelId, LogOptions> options,
            Supplier<String> eventIds) {
        this.database = database;
        this.channelIds = channelIds;
        this.appender = appender;
        this.options = options;
        this.eventIds = eventIds;
    }

    /** Inserts a row and leaves everything else about the connection to the transaction that the calling thread is in. */
    void submit(Draft draft) throws LogUnavailableException {
        if (!StorableText.isStorable(draft)) {
            throw new IllegalArgumentException("event " + draft.id() + " has a text that no database keeps");
        }
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement insert = Database.prepare(
                        connection,
                        "INSERT INTO kulkul_outbox (tenant, channel, event, payload, event_id, idempotency_key, "
                                + "correlation, publisher) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, draft.channel().tenant());
            insert.setString(2, draft.channel().name());
            insert.setString(3, draft.name());
            insert.setString(4, draft.payload());
            insert.setString(5, draft.id());
            insert.setString(6, draft.key());
            insert.setString(7, draft.correlation());
            insert.setString(8, draft.publisher());
            insert.executeUpdate();
        } catch (SQLException e) {
            throw Database.unavailable(e, false);
        }
    }

    long pending() throws LogUnavailableException {
        return database.reading(connection -> {
            try (PreparedStatement select =
                    Database.prepare(connection, "SELECT COUNT(*) FROM kulkul_outbox WHERE error IS NULL")) {
                return LogReader.firstLong(select);
            }
        });
    }

    /** What one transaction did. */
    private record Moved(Relayed relayed, Map<ChannelId, Long> ids, Map<Long, String> errors) {

        static final Moved NOTHING = new Moved(Relayed.NOTHING, Map.of(), Map.of());
    }

    Relayed relay(int max) throws LogUnavailableException {
        // Asked first, because taking the lock writes to the database even where nothing waits.
        if (!database.reading(OutboxTable::somethingWaits)) {
            return Relayed.NOTHING;
        }
        Moved moved = database.inTransaction(connection -> locked(connection) ? move(connection, max) : Moved.NOTHING);
        channelIds.remember(moved.ids());
        moved.errors()
                .forEach((row, error) -> LOG.log(
                        Level.WARNING,
                        "KULKUL0602W Row {0} of kulkul_outbox cannot be published and was set aside: {1}",
                        Long.toString(row),
                        error));
        return moved.relayed();
    }

    private static boolean somethingWaits(Connection connection) throws SQLException {
        try (PreparedStatement select = Database.prepare(
                        connection, "SELECT id FROM kulkul_outbox WHERE error IS NULL ORDER BY id LIMIT 1");
                ResultSet result = select.executeQuery()) {
            return result.next();
        }
    }

    private static boolean locked(Connection connection) throws SQLException {
        try (PreparedStatement select = Database.prepare(
                        connection, "SELECT id FROM kulkul_relay WHERE id = 1 FOR UPDATE SKIP LOCKED");
                ResultSet result = select.executeQuery()) {
            return result.next();
        }
    }

    private Moved move(Connection connection, int max) throws SQLException {
        List<OutboxRow> rows = waiting(connection, max);
        Map<Long, String> errors = errors(rows);
        Map<Boolean, List<Draft>> drafts = rows.stream()
                .filter(row -> !errors.containsKey(row.id()))
                .map(row -> row.draft(eventIds))
                .collect(partitioningBy(draft -> options.apply(draft.channel()).durable()));
        List<Draft> logged = drafts.getOrDefault(true, List.of());
        Map<ChannelId, Long> ids = new HashMap<>();
        List<DurableLog.Stored> stored = List.of();
        if (!logged.isEmpty()) {
            ids.putAll(channelIds.findOrCreate(connection, LogAppender.channels(logged)));
            stored = appender.append(connection, ids, logged, false);
        }
        setAside(connection, errors);
        delete(connection, rows, errors);
        return new Moved(new Relayed(stored, drafts.getOrDefault(false, List.of()), rows.size() == max), ids, errors);
    }

    private static List<OutboxRow> waiting(Connection connection, int max) throws SQLException {
        try (PreparedStatement select = Database.prepare(
                connection,
                "SELECT id, tenant, channel, event, payload, event_id, idempotency_key, correlation, publisher "
                        + "FROM kulkul_outbox WHERE error IS NULL ORDER BY id LIMIT ?")) {
            select.setInt(1, max);
            List<OutboxRow> rows = new ArrayList<>();
            try (ResultSet result = select.executeQuery()) {
                while (result.next()) {
                    rows.add(new OutboxRow(
                            result.getLong(1),
                            result.getString(2),
                            result.getString(3),
                            result.getString(4),
                            result.getString(5),
                            result.getString(6),
                            result.getString(7),
                            result.getString(8),
                            result.getString(9)));
                }
            }
            return rows;
        }
    }

    private static Map<Long, String> errors(List<OutboxRow> rows) {
        Map<Long, String> errors = new LinkedHashMap<>();
        for (OutboxRow row : rows) {
            String error = row.error();
            if (error != null) {
                errors.put(row.id(), error);
            }
        }
        return errors;
    }

    private static void setAside(Connection connection, Map<Long, String> errors) throws SQLException {
        if (errors.isEmpty()) {
            return;
        }
        try (PreparedStatement update =
                Database.prepare(connection, "UPDATE kulkul_outbox SET error = ? WHERE id = ?")) {
            for (Map.Entry<Long, String> error : errors.entrySet()) {
                update.setString(1, error.getValue());
                update.setLong(2, error.getKey());
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    private static void delete(Connection connection, List<OutboxRow> rows, Map<Long, String> errors)
            throws SQLException {
        Long[] moved = rows.stream()
                .map(OutboxRow::id)
                .filter(id -> !errors.containsKey(id))
                .toArray(Long[]::new);
        try (PreparedStatement delete = Database.prepare(connection, "DELETE FROM kulkul_outbox WHERE id = ANY (?)")) {
            Database.setLongs(connection, delete, 1, moved);
            delete.executeUpdate();
        }
    }
}
