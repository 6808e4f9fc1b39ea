package io.kulkul.core.eventlog;

import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Wakes a relay when somebody has committed rows into the outbox: PostgreSQL says so by {@code NOTIFY}; with another database, and while
 * there is none, it wakes the relay every {@value #POLL_MILLIS} ms.
 *
 * <p>Holds one connection to PostgreSQL. {@link #await} is called by one thread, {@link #close} by any. A container that keeps a thread's
 * connections in the thread's transaction context lets go of this one, once it is broken, when that context ends: one in which
 * {@link #await} was called shall end with {@link #hangUp}, and soon after {@link #listens} is no longer true.
 */
public final class OutboxSignal implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(OutboxSignal.class.getName());

    private static final long POLL_MILLIS = 50;

    /** For so long at most {@link #close} waits for the waiting thread. */
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** How long after a failure the database is asked for a connection again. */
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** After so long a silence the connection is asked whether it is alive. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final int ALIVE_SECONDS = 2;

    private final DataSource dataSource;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Guarded by this. */
    private @Nullable Listening listening;

    /** Whether this database, or its driver in this server, can say nothing. */
    private boolean mute;

    private long nextAttempt = System.nanoTime();

    public OutboxSignal(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Waits until it is worthwhile to look into the outbox, and no longer than this. Rows that were committed before the call count, too.
     *
     * @return whether it is worthwhile; false after a time in which nothing was committed, and when this is closed
     */
    public synchronized boolean await(Duration timeout) throws InterruptedException {
        if (listening == null && listen()) {
            // What was committed before nobody has told.
            return true;
        }
        if (listening == null) {
            return !closed.await(Math.min(POLL_MILLIS, timeout.toMillis()), TimeUnit.MILLISECONDS);
        }
        try {
            return hears(listening, System.nanoTime() + timeout.toNanos());
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "KULKUL0604D The database does not signal new rows of the outbox for now", e);
            hangUp();
            nextAttempt = System.nanoTime();
            return true;
        }
    }

    private boolean hears(Listening to, long deadline) throws SQLException, InterruptedException {
        for (long left = deadline - System.nanoTime(); left > 0; left = deadline - System.nanoTime()) {
            if (closed.getCount() == 0) {
                return false;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (to.hears(Math.min(left, SLICE_NANOS))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the database will say when rows are there. */
    public synchronized boolean listens() {
        return listening != null;
    }

    private boolean listen() {
        if (mute || closed.getCount() == 0 || nextAttempt - System.nanoTime() > 0) {
            return false;
        }
        nextAttempt = System.nanoTime() + RETRY_NANOS;
        try {
            Connection connection = dataSource.getConnection();
            try {
                listening = listening(connection);
            } finally {
                if (listening == null) {
                    connection.close();
                }
            }
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "KULKUL0604D The database does not signal new rows of the outbox for now", e);
        } catch (ReflectiveOperationException e) {
            mute = true;
            LOG.log(Level.DEBUG, "KULKUL0605D The driver cannot tell of new rows of the outbox: it is polled", e);
        }
        return listening != null;
    }

    private @Nullable Listening listening(Connection connection) throws SQLException, ReflectiveOperationException {
        if (SqlDialect.of(connection) != SqlDialect.POSTGRESQL) {
            mute = true;
            return null;
        }
        connection.setAutoCommit(true);
        Listening made = new Listening(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN kulkul_outbox");
        }
        return made;
    }

    /** Gives the connection back; the next {@link #await} gets another one. */
    public synchronized void hangUp() {
        if (listening != null) {
            listening.close();
            listening = null;
        }
    }

    /** Ends a waiting at once, or nearly, and gives the connection back. */
    @Override
    public void close() {
        closed.countDown();
        hangUp();
    }

    /** A connection that listens, by methods of the driver that an application in a server may not see. */
    private static final class Listening {

        private final Connection connection;
        private final Object driversOwn;
        private final Method getNotifications;
        private long heard = System.nanoTime();

        Listening(Connection connection) throws SQLException, ReflectiveOperationException {
            // An object that the server hands through as the driver made it leads to the driver's classes.
            ClassLoader driver =
                    connection.createArrayOf("text", new Object[0]).getClass().getClassLoader();
            Class<?> type = Class.forName("org.postgresql.PGConnection", false, driver);
            this.connection = connection;
            this.driversOwn = connection.unwrap(type);
            this.getNotifications = type.getMethod("getNotifications", int.class);
        }

        /** Waits for a notification, and throws where the connection is dead. */
        boolean hears(long nanos) throws SQLException {
            Object[] notifications = notifications((int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
            if (notifications != null && notifications.length > 0) {
                heard = System.nanoTime();
                return true;
            }
            if (System.nanoTime() - heard > SILENCE_NANOS) {
                if (!connection.isValid(ALIVE_SECONDS)) {
                    throw new SQLException("the connection is dead");
                }
                heard = System.nanoTime();
            }
            return false;
        }

        private Object @Nullable [] notifications(int millis) throws SQLException {
            try {
                return (Object[]) getNotifications.invoke(driversOwn, millis);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof SQLException failure) {
                    throw failure;
                }
                throw new IllegalStateException(e);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }

        void close() {
            try (connection;
                    Statement statement = connection.createStatement()) {
                // A pool hands the connection to others.
                statement.execute("UNLISTEN kulkul_outbox");
            } catch (SQLException e) {
                LOG.log(Level.DEBUG, "KULKUL0603D A connection to the database could not be given back in order", e);
            }
        }
    }
}
