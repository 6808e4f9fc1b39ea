package io.kulkul.core.eventlog;

import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.naming.InitialContext;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.NoInitialContextException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The database that the server offers to the hub. */
public final class DatabaseResources {

    /** Where the server's directory has it. */
    public static final String DATA_SOURCE = "jdbc/kulkul";

    private static final System.Logger LOG = System.getLogger(DatabaseResources.class.getName());

    private final @Nullable DataSource dataSource;
    private final Executor boundary;

    private DatabaseResources(@Nullable DataSource dataSource, Executor boundary) {
        this.dataSource = dataSource;
        this.boundary = boundary;
    }

    /** The server's directory of names. */
    @FunctionalInterface
    interface Directory {
        Object lookup(String name) throws NamingException;
    }

    /**
     * Looks into the server's directory.
     *
     * @param boundary runs a task at once, on the calling thread, and ends there what the container remembers of its connections
     * @throws IllegalStateException when there is something else than a data source
     */
    @SuppressWarnings("BanJNDI") // the name is a constant, and the container's own directory answers
    public static DatabaseResources find(Executor boundary) {
        return find(InitialContext::doLookup, boundary);
    }

    static DatabaseResources find(Directory directory, Executor boundary) {
        try {
            Object found = directory.lookup(DATA_SOURCE);
            if (found instanceof DataSource source) {
                return new DatabaseResources(source, boundary);
            }
            throw new IllegalStateException("KULKUL0606E " + DATA_SOURCE + " is no data source but a "
                    + found.getClass().getName());
        } catch (NameNotFoundException | NoInitialContextException absent) {
            LOG.log(Level.DEBUG, () -> "KULKUL0607D no " + DATA_SOURCE + ": " + absent);
            return new DatabaseResources(null, Runnable::run);
        } catch (NamingException e) {
            throw new IllegalStateException("KULKUL0606E " + DATA_SOURCE + " cannot be looked up", e);
        }
    }

    /** Whether there is a database. */
    public boolean present() {
        return dataSource != null;
    }

    /**
     * Opens the log; see {@link JdbcEventLog#open}.
     *
     * @throws IllegalStateException where there is no database, or none that could be opened
     */
    public DurableLog open(Function<ChannelId, LogOptions> options, Supplier<String> eventIds, Clock clock) {
        try {
            return JdbcEventLog.open(required(), boundary, options, eventIds, clock);
        } catch (LogUnavailableException e) {
            throw new IllegalStateException("KULKUL0608E " + DATA_SOURCE + " does not answer: " + e.getMessage(), e);
        }
    }

    /** What tells that there are rows in the outbox. */
    public OutboxSignal signal() {
        return new OutboxSignal(required());
    }

    private DataSource required() {
        DataSource source = dataSource;
        if (source == null) {
            throw new IllegalStateException("there is no " + DATA_SOURCE);
        }
        return source;
    }
}
