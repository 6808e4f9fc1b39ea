package io.kulkul.core.eventlog;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/**
 * Measures what stays in PostgreSQL of channels like {@code order:<UUID>} that had one event each and have none any more. Not a test.
 *
 * <p>Argument: how many channels.
 */
final class ChannelRowsSize {

    private static final int BATCH = 1000;

    private ChannelRowsSize() {}

    public static void main(String[] args) throws Exception {
        int channels = Integer.parseInt(args[0]);
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("shared_buffers", "256MB")
                .setServerConfig("max_wal_size", "2GB")
                .start()) {
            JdbcConnectionPool pool = PostgresServer.pool(server.getPort());
            measure(pool, channels, System.out);
            pool.dispose();
        }
    }

    private static void appendOneEach(DurableLog log, EventIds ids, int channels) throws LogUnavailableException {
        for (int first = 0; first < channels; first += BATCH) {
            log.append(
                    IntStream.range(first, Math.min(channels, first + BATCH))
                            .mapToObj(i -> new Draft(channel(i), "e", "1", ids.next(), null, null, null))
                            .toList(),
                    false);
        }
    }

    private static ChannelId channel(int number) {
        return new ChannelId(
                "",
                "order:"
                        + UUID.nameUUIDFromBytes(new byte[] {
                            (byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number
                        }));
    }

    private static long bytes(DataSource dataSource) throws SQLException {
        return Long.parseLong(query(dataSource, "SELECT pg_total_relation_size('kulkul_channel')"));
    }

    private static void measure(DataSource dataSource, int channels, PrintStream out) throws Exception {
        EventIds ids = new EventIds(Clock.systemUTC(), new Random(1));
        JdbcEventLog log = instance(dataSource, ids, Clock.systemUTC());
        long empty = bytes(dataSource);
        long began = System.nanoTime();
        appendOneEach(log, ids, channels);
        out.printf("%,d channels appended in %.1f s%n", channels, (System.nanoTime() - began) / 1e9);
        tell("with their events", dataSource, channels, empty, out);
        JdbcEventLog later = instance(dataSource, ids, Clock.offset(Clock.systemUTC(), Duration.ofHours(1)));
        began = System.nanoTime();
        int discarded = later.discard(Integer.MAX_VALUE);
        out.printf("%,d events discarded in %.1f s%n", discarded, (System.nanoTime() - began) / 1e9);
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("VACUUM ANALYZE kulkul_channel");
            statement.execute("VACUUM ANALYZE kulkul_event");
        }
        tell("vacuumed", dataSource, channels, empty, out);
        for (String part :
                List.of("kulkul_channel", "kulkul_channel_pkey", "kulkul_channel_name", "kulkul_channel_changed")) {
            out.printf("    %s %s%n", part, query(dataSource, "SELECT pg_relation_size('" + part + "')"));
        }
        for (int i = 0; i < 3; i++) {
            began = System.nanoTime();
            later.discard(1000);
            long discardedNanos = System.nanoTime();
            later.changedSince(System.currentTimeMillis() + 1);
            long comparedNanos = System.nanoTime();
            later.head(channel(channels / 2 + i));
            out.printf(
                    "discard of nothing %.2f ms, changedSince of nothing %.2f ms, head %.2f ms%n",
                    (discardedNanos - began) / 1e6,
                    (comparedNanos - discardedNanos) / 1e6,
                    (System.nanoTime() - comparedNanos) / 1e6);
        }
    }

    private static JdbcEventLog instance(DataSource dataSource, EventIds ids, Clock clock)
            throws LogUnavailableException {
        return JdbcEventLog.open(
                dataSource,
                Runnable::run,
                channel -> new LogOptions(new Retention(100, Duration.ofMinutes(10)), true),
                ids::next,
                clock);
    }

    private static void tell(String when, DataSource dataSource, int channels, long empty, PrintStream out)
            throws SQLException {
        long bytes = bytes(dataSource);
        out.printf("%s: %,d bytes, %.0f a row%n", when, bytes, (double) (bytes - empty) / channels);
    }

    private static String query(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
