package io.kulkul.core.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.Together;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

class OutboxSignalTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private static DataSource postgresWithTables() throws Exception {
        DataSource dataSource = PostgresServer.emptySchema();
        makeTables(dataSource);
        return dataSource;
    }

    private static void makeTables(DataSource dataSource) throws LogUnavailableException {
        JdbcEventLog.open(
                dataSource,
                Runnable::run,
                channel -> new LogOptions(new Retention(10, Duration.ofMinutes(1)), true),
                new EventIds(Clock.systemUTC(), new Random(1))::next,
                Clock.systemUTC());
    }

    private static void insert(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO kulkul_outbox (channel, event, payload) VALUES ('c', 'e', '1')");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitTrue(OutboxSignal signal) {
        try {
            assertThat(signal.await(LONG)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRowThatAForeignProgramInsertsIsSignalled() throws Exception {
        DataSource dataSource = postgresWithTables();
        try (OutboxSignal signal = new OutboxSignal(dataSource)) {
            assertThat(signal.await(LONG)).as("what was there before").isTrue();
            assertThat(signal.listens()).isTrue();
            Together.run(() -> awaitTrue(signal), () -> insert(dataSource));
        }
    }

    @Test
    void aRowThatWasInsertedBetweenTwoWaitsIsSignalled() throws Exception {
        DataSource dataSource = postgresWithTables();
        try (OutboxSignal signal = new OutboxSignal(dataSource)) {
            awaitTrue(signal);
            insert(dataSource);
            assertThat(signal.await(LONG)).isTrue();
        }
    }

    @Test
    void theWaitEndsWithItsTimeout() throws Exception {
        try (OutboxSignal signal = new OutboxSignal(postgresWithTables())) {
            awaitTrue(signal);
            // Tests beside this one use the same database, whose signals are the same.
            while (signal.await(Duration.ofMillis(1))) {
                assertThat(signal.listens()).isTrue();
            }
        }
    }

    @Test
    void aClosedSignalWaitsForNothing() throws Exception {
        OutboxSignal signal = new OutboxSignal(postgresWithTables());
        awaitTrue(signal);
        signal.close();

        assertThat(signal.await(LONG)).isFalse();
        assertThat(signal.listens()).isFalse();
    }

    @Test
    void aLostConnectionIsReplaced() throws Exception {
        DataSource dataSource = postgresWithTables();
        try (OutboxSignal signal = new OutboxSignal(dataSource)) {
            awaitTrue(signal);
            try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        + "WHERE query = 'LISTEN kulkul_outbox'");
            }
            assertThat(signal.await(LONG)).as("that it is lost").isTrue();
            while (!signal.listens()) {
                awaitTrue(signal);
            }
            insert(dataSource);
            assertThat(signal.await(LONG)).isTrue();
        }
    }

    @Test
    void whoHangsUpGivesTheConnectionBackAndListensAgainWithTheNextWait() throws Exception {
        AtomicReference<Connection> used = new AtomicReference<>();
        DataSource dataSource = SpoiltConnections.of(postgresWithTables(), (connection, method, call) -> {
            used.set(connection);
            return call.proceed();
        });
        try (OutboxSignal signal = new OutboxSignal(dataSource)) {
            awaitTrue(signal);
            Connection first = used.get();
            assertThat(first.isClosed()).isFalse();

            signal.hangUp();

            assertThat(signal.listens()).isFalse();
            assertThat(first.isClosed()).isTrue();
            while (!signal.listens()) {
                awaitTrue(signal);
            }
            insert(dataSource);
            assertThat(signal.await(LONG)).isTrue();
        }
    }

    @Test
    void aDatabaseThatCannotSignalIsPolled() throws Exception {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:mem:signal");
        try (OutboxSignal signal = new OutboxSignal(dataSource)) {
            assertThat(signal.await(LONG)).isTrue();
            assertThat(signal.await(LONG)).isTrue();
            assertThat(signal.listens()).isFalse();
        }
    }
}
