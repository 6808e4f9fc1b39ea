package io.kulkul.core.eventlog;

import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs work on a connection of its own, in a transaction of its own, and says which failures are the database's. Thread-safe.
 *
 * <p>A thread has one connection at a time: a container may answer a second {@code getConnection} with the first one.
 */
final class Database {

    /** How long a statement may take. */
    static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(10);

    /** How long an answer may take: a server that vanished does not hear that a statement is to be cancelled. */
    private static final Duration NETWORK_TIMEOUT = Duration.ofSeconds(15);

    /** As many dead connections a read may meet in a pool. */
    private static final int READ_ATTEMPTS = 8;

    private static final System.Logger LOG = System.getLogger(Database.class.getName());

    private final DataSource dataSource;
    private final SqlDialect dialect;
    private final Executor boundary;

    /**
     * Uses a data source.
     *
     * @param boundary runs a task at once, on the calling thread, and ends there what the container remembers of its connections
     */
    Database(DataSource dataSource, SqlDialect dialect, Executor boundary) {
        this.dataSource = dataSource;
        this.dialect = dialect;
        this.boundary = boundary;
    }

    SqlDialect dialect() {
        return dialect;
    }

    DataSource dataSource() {
        return dataSource;
    }

    /** What is done with a connection. */
    @FunctionalInterface
    interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    /** Runs the work and commits what it did; a failure of the commit leaves it unknown whether it was done. */
    <T> T inTransaction(Work<T> work) throws LogUnavailableException {
        return run(false, work);
    }

    /**
     * Runs work of one statement that only reads; again, where the connection was a broken one: after the database was away, a pool may have
     * several that it does not know to be dead.
     */
    <T> T reading(Work<T> work) throws LogUnavailableException {
        for (int attempt = 1; ; attempt++) {
            try {
                return run(true, work);
            } catch (LogUnavailableException e) {
                if (attempt == READ_ATTEMPTS || !isBroken(e)) {
                    throw e;
                }
            }
        }
    }

    /**
     * Whether a connection was lost that was there: classes 08 and 57 of SQL states, the second of which PostgreSQL has for its own end; not
     * 08001, where there is nobody to connect to.
     */
    private static boolean isBroken(LogUnavailableException e) {
        String state = e.getCause() instanceof SQLException cause ? cause.getSQLState() : null;
        return state != null && !state.equals("08001") && (state.startsWith("08") || state.startsWith("57P"));
    }

    private <T> T run(boolean autoCommit, Work<T> work) throws LogUnavailableException {
        Task<T> task = new Task<>(autoCommit, work);
        boundary.execute(task);
        return task.outcome();
    }

    private <T> T runHere(boolean autoCommit, Work<T> work) throws LogUnavailableException {
        boolean committing = false;
        try {
            Connection connection = dataSource.getConnection();
            int networkTimeout = -1;
            boolean done = false;
            try {
                networkTimeout = connection.getNetworkTimeout();
                connection.setNetworkTimeout(Runnable::run, (int) NETWORK_TIMEOUT.toMillis());
                connection.setAutoCommit(autoCommit);
                if (!autoCommit) {
                    dialect.begin(connection);
                }
                T result = work.with(connection);
                if (!autoCommit) {
                    committing = true;
                    connection.commit();
                }
                done = true;
                return result;
            } finally {
                giveBack(connection, networkTimeout, !done && !autoCommit);
            }
        } catch (SQLException e) {
            throw unavailable(e, committing);
        }
    }

    /** What fails here changes nothing about what was done before: whether it was committed is known. */
    private static void giveBack(Connection connection, int networkTimeout, boolean undo) {
        try (connection) {
            if (undo) {
                connection.rollback();
            }
            connection.setAutoCommit(true);
            if (networkTimeout >= 0) {
                connection.setNetworkTimeout(Runnable::run, networkTimeout);
            }
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "KULKUL0603D A connection to the database could not be given back in order", e);
        }
    }

    /**
     * The failure for the caller.
     *
     * @throws IllegalStateException where trying again would fail again, because the database refuses what it is given
     */
    static LogUnavailableException unavailable(SQLException e, boolean outcomeUnknown) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (!outcomeUnknown && (state.startsWith("22") || state.startsWith("23"))) {
            throw new IllegalStateException("The database refuses what is to be logged (SQL state " + state + ")", e);
        }
        return new LogUnavailableException(
                "The database failed (SQL state " + state + "): " + e.getMessage(), outcomeUnknown, e);
    }

    static boolean isDuplicate(SQLException e) {
        return "23505".equals(e.getSQLState());
    }

    /** A statement that ends in time. */
    static PreparedStatement prepare(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setQueryTimeout((int) STATEMENT_TIMEOUT.toSeconds());
        return statement;
    }

    static void setLongs(Connection connection, PreparedStatement statement, int index, Long[] values)
            throws SQLException {
        statement.setArray(index, connection.createArrayOf("bigint", values));
    }

    static void setTexts(Connection connection, PreparedStatement statement, int index, @Nullable String[] values)
            throws SQLException {
        statement.setArray(index, connection.createArrayOf("varchar", values));
    }

    /** Work within the boundary, and what came of it. */
    private final class Task<T> implements Runnable {

        private final boolean autoCommit;
        private final Work<T> work;
        private @Nullable Callable<T> outcome;

        Task(boolean autoCommit, Work<T> work) {
            this.autoCommit = autoCommit;
            this.work = work;
        }

        @Override
        public void run() {
            try {
                T result = runHere(autoCommit, work);
                outcome = () -> result;
            } catch (LogUnavailableException | RuntimeException e) {
                outcome = () -> {
                    throw e;
                };
            }
        }

        T outcome() throws LogUnavailableException {
            Callable<T> outcome = this.outcome;
            if (outcome == null) {
                throw new IllegalStateException("the work was not run");
            }
            try {
                return outcome.call();
            } catch (LogUnavailableException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
