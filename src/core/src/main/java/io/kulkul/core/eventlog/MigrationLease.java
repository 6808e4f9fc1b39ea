package io.kulkul.core.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Lets one instance at a time change the tables of an H2 database.
 *
 * <p>H2 makes each table at once, and no transaction undoes it. While Flyway's history has no rows, its lock does not keep a second instance
 * from making the same tables; that fails, is written into the history as a failed migration, and no instance starts any more.
 *
 * <p>A row with an end, not a lock: a container may answer a second {@code getConnection} of a thread with the first one, whose transaction
 * Flyway ends. An instance that dies with the lease keeps the others waiting for {@value #SECONDS} s at most.
 */
final class MigrationLease {

    /** For how long one has it: many times what the migrations take. */
    static final int SECONDS = 60;

    private static final int PAUSE_MILLIS = 20;

    /** The row or the table is there already, a lock on it was not to be had in time, a deadlock, the row has just been changed. */
    private static final Set<String> OTHERS_AT_IT = Set.of("23505", "42S01", "HYT00", "40001", "90131");

    private static final String TABLE = "CREATE TABLE IF NOT EXISTS kulkul_schema_lease"
            + " (id INT PRIMARY KEY, holder VARCHAR(36) NOT NULL, ends TIMESTAMP WITH TIME ZONE NOT NULL)";
    private static final String END = "DATEADD(SECOND, " + SECONDS + ", CURRENT_TIMESTAMP)";

    private final DataSource dataSource;
    private final String holder = UUID.randomUUID().toString();

    MigrationLease(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Runs the work alone. Waits for whoever else is at it.
     *
     * @throws SQLException where the database does not answer, or where others have had the lease for twice its time
     */
    void during(Runnable work) throws SQLException {
        take();
        try {
            work.run();
        } catch (RuntimeException failure) {
            try {
                giveBack();
            } catch (SQLException alsoFailed) {
                failure.addSuppressed(alsoFailed);
            }
            throw failure;
        }
        giveBack();
    }

    private void giveBack() throws SQLException {
        update("DELETE FROM kulkul_schema_lease WHERE holder = ?");
    }

    /** Gets the lease, when nobody else has it. */
    private void take() throws SQLException {
        long began = System.nanoTime();
        while (!tryTake()) {
            if (System.nanoTime() - began > TimeUnit.SECONDS.toNanos(2 * SECONDS)) {
                throw new SQLException("other instances are making the tables of the database log, and do not end");
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                throw new SQLException(
                        "interrupted while another instance made the tables of the database log", stopping);
            }
        }
    }

    /** Gets the lease, where nobody else has it. */
    boolean tryTake() throws SQLException {
        try {
            update(TABLE);
            return update("UPDATE kulkul_schema_lease SET holder = ?, ends = " + END
                                    + " WHERE id = 1 AND ends < CURRENT_TIMESTAMP")
                            == 1
                    || update("INSERT INTO kulkul_schema_lease (holder, id, ends) VALUES (?, 1, " + END + ")") == 1;
        } catch (SQLException e) {
            if (OTHERS_AT_IT.contains(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    /** Does one statement, whose one parameter is the holder where it has any, and commits it. */
    private int update(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(true);
            try (PreparedStatement statement = Database.prepare(connection, sql)) {
                if (sql.contains("?")) {
                    statement.setString(1, holder);
                }
                return statement.executeUpdate();
            } finally {
                connection.setAutoCommit(autoCommit);
            }
        }
    }
}
