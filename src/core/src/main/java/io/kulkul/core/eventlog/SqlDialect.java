package io.kulkul.core.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** What the databases do differently. */
enum SqlDialect {
    POSTGRESQL {
        @Override
        void check(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("SELECT current_setting('server_encoding')")) {
                result.next();
                if (!"UTF8".equals(result.getString(1))) {
                    throw new IllegalArgumentException(
                            "The database log needs a database whose encoding is UTF8, not " + result.getString(1));
                }
            }
        }

        @Override
        void begin(Connection connection) throws SQLException {
            // A container may have chosen a stricter level, in which a lock that was waited for is an error.
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
            }
        }

        @Override
        void createChannels(Connection connection, List<ChannelId> sorted) throws SQLException {
            try (PreparedStatement insert = Database.prepare(
                    connection,
                    "INSERT INTO kulkul_channel (tenant, name, head, changed) "
                            + "SELECT tenant, name, 0, 0 FROM UNNEST(?, ?) AS new_channel (tenant, name) "
                            + "ON CONFLICT DO NOTHING")) {
                Database.setTexts(
                        connection,
                        insert,
                        1,
                        sorted.stream().map(ChannelId::tenant).toArray(String[]::new));
                Database.setTexts(
                        connection,
                        insert,
                        2,
                        sorted.stream().map(ChannelId::name).toArray(String[]::new));
                insert.executeUpdate();
            }
        }

        @Override
        void lockChannels(Connection connection, Long[] sortedIds, Consumer<ChannelRow> rows) throws SQLException {
            try (PreparedStatement select = Database.prepare(
                    connection,
                    "SELECT id, head, changed FROM kulkul_channel WHERE id = ANY (?) ORDER BY id FOR UPDATE")) {
                Database.setLongs(connection, select, 1, sortedIds);
                try (ResultSet result = select.executeQuery()) {
                    while (result.next()) {
                        rows.accept(new ChannelRow(result.getLong(1), result.getLong(2), result.getLong(3)));
                    }
                }
            }
        }

        @Override
        void updateChannels(Connection connection, List<ChannelRow> rows) throws SQLException {
            try (PreparedStatement update = Database.prepare(
                    connection,
                    "UPDATE kulkul_channel SET head = new_row.head, changed = new_row.changed "
                            + "FROM UNNEST(?, ?, ?) AS new_row (id, head, changed) WHERE kulkul_channel.id = new_row.id")) {
                Database.setLongs(
                        connection, update, 1, rows.stream().map(ChannelRow::id).toArray(Long[]::new));
                Database.setLongs(
                        connection,
                        update,
                        2,
                        rows.stream().map(ChannelRow::head).toArray(Long[]::new));
                Database.setLongs(
                        connection,
                        update,
                        3,
                        rows.stream().map(ChannelRow::changed).toArray(Long[]::new));
                update.executeUpdate();
            }
        }

        @Override
        String oldestEvents() {
            // Jumps from channel to channel in the primary key: the cost is that of the channels that have events, not
            // of all.
            return "WITH RECURSIVE oldest (channel_id, seq, published, place) AS ("
                    + "(SELECT channel_id, seq, published, 1 FROM kulkul_event"
                    + " WHERE channel_id > ? ORDER BY channel_id, seq LIMIT 1)"
                    + " UNION ALL SELECT next.channel_id, next.seq, next.published, oldest.place + 1"
                    + " FROM oldest CROSS JOIN LATERAL (SELECT channel_id, seq, published FROM kulkul_event"
                    + " WHERE channel_id > oldest.channel_id ORDER BY channel_id, seq LIMIT 1) next"
                    + " WHERE oldest.place < ?)"
                    + " SELECT oldest.channel_id, tenant, name, head, seq, published"
                    + " FROM oldest JOIN kulkul_channel c ON c.id = oldest.channel_id ORDER BY oldest.channel_id";
        }
    },

    H2 {
        @Override
        void check(Connection connection) {
            // Keeps every text there is.
        }

        @Override
        void begin(Connection connection) {
            // Read committed is the default.
        }

        @Override
        void createChannels(Connection connection, List<ChannelId> sorted) throws SQLException {
            for (ChannelId channel : sorted) {
                try (PreparedStatement insert = Database.prepare(
                        connection, "INSERT INTO kulkul_channel (tenant, name, head, changed) VALUES (?, ?, 0, 0)")) {
                    insert.setString(1, channel.tenant());
                    insert.setString(2, channel.name());
                    insert.executeUpdate();
                } catch (SQLException e) {
                    if (!Database.isDuplicate(e)) {
                        throw e;
                    }
                }
            }
        }

        @Override
        void lockChannels(Connection connection, Long[] sortedIds, Consumer<ChannelRow> rows) throws SQLException {
            // One by one, because the order of one statement's locks is not promised.
            try (PreparedStatement select =
                    Database.prepare(connection, "SELECT head, changed FROM kulkul_channel WHERE id = ? FOR UPDATE")) {
                for (long id : sortedIds) {
                    select.setLong(1, id);
                    try (ResultSet result = select.executeQuery()) {
                        if (result.next()) {
                            rows.accept(new ChannelRow(id, result.getLong(1), result.getLong(2)));
                        }
                    }
                }
            }
        }

        @Override
        void updateChannels(Connection connection, List<ChannelRow> rows) throws SQLException {
            try (PreparedStatement update =
                    Database.prepare(connection, "UPDATE kulkul_channel SET head = ?, changed = ? WHERE id = ?")) {
                for (ChannelRow row : rows) {
                    update.setLong(1, row.head());
                    update.setLong(2, row.changed());
                    update.setLong(3, row.id());
                    update.addBatch();
                }
                update.executeBatch();
            }
        }

        @Override
        String oldestEvents() {
            return "SELECT c.id, tenant, name, head, seq, published FROM kulkul_channel c JOIN kulkul_event e"
                    + " ON e.channel_id = c.id AND e.seq = (SELECT MIN(seq) FROM kulkul_event WHERE channel_id = c.id)"
                    + " WHERE c.id > ? ORDER BY c.id LIMIT ?";
        }
    };

    /** How far a channel is, by its number. */
    record ChannelRow(long id, long head, long changed) {}

    /**
     * The dialect of this connection's database.
     *
     * @throws IllegalArgumentException where it is none that fits
     */
    static SqlDialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        SqlDialect dialect = switch (product.toUpperCase(Locale.ROOT)) {
            case "POSTGRESQL" -> POSTGRESQL;
            case "H2" -> H2;
            default ->
                throw new IllegalArgumentException(
                        "The database log needs PostgreSQL or H2, and the data source leads to " + product);
        };
        dialect.check(connection);
        return dialect;
    }

    /** Refuses a database that cannot keep every text. */
    abstract void check(Connection connection) throws SQLException;

    /** Called first in each transaction that writes. */
    abstract void begin(Connection connection) throws SQLException;

    /** Inserts the channels that are not there, also while others do the same. */
    abstract void createChannels(Connection connection, List<ChannelId> sorted) throws SQLException;

    /** Locks the channels' rows in the order of their numbers, so that no two transactions wait for each other, and reads them. */
    abstract void lockChannels(Connection connection, Long[] sortedIds, Consumer<ChannelRow> rows) throws SQLException;

    abstract void updateChannels(Connection connection, List<ChannelRow> rows) throws SQLException;

    /**
     * A query for the oldest kept event of each channel that has one, in the order of the channels' numbers: channel_id, tenant, name, head,
     * seq, published. Parameters: the channel's number after which to begin, and the most rows.
     */
    abstract String oldestEvents();
}
