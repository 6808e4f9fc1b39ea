package io.kulkul.core.eventlog;

import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;

/**
 * Keeps events in PostgreSQL or H2, by the tables {@code kulkul_…}.
 *
 * <p>Each transaction that appends locks its channels' rows in the order of their numbers, so seqs have no hole and transactions of several
 * instances follow one another without a deadlock. Thread-safe.
 */
public final class JdbcEventLog implements DurableLog {

    private static final System.Logger LOG = System.getLogger(JdbcEventLog.class.getName());

    private final String epoch;
    private final LogAppender appender;
    private final LogReader reader;
    private final OutboxTable outbox;
    private final LogCleaner cleaner;

    private JdbcEventLog(
            String epoch,
            Database database,
            Function<ChannelId, LogOptions> options,
            Supplier<String> eventIds,
            Clock clock) {
        ChannelIds channelIds = new ChannelIds(database.dialect());
        this.epoch = epoch;
        this.appender = new LogAppender(epoch, database, channelIds, clock);
        this.reader = new LogReader(epoch, database, channelIds);
        this.outbox = new OutboxTable(database, channelIds, appender, options, eventIds);
        this.cleaner = new LogCleaner(database, options, clock);
    }

    /**
     * Brings the tables up to date and opens the log. Called by a thread without a transaction.
     *
     * @param boundary runs a task at once, on the calling thread, and ends there what the container remembers of its connections
     * @param options of each channel's namespace
     * @param eventIds gives ids to rows of the outbox that have none
     * @throws LogUnavailableException where the database does not answer
     * @throws IllegalArgumentException where the database is neither H2 nor PostgreSQL with UTF8
     * @throws IllegalStateException where the tables cannot be made or do not fit this version
     */
    public static JdbcEventLog open(
            DataSource dataSource,
            Executor boundary,
            Function<ChannelId, LogOptions> options,
            Supplier<String> eventIds,
            Clock clock)
            throws LogUnavailableException {
        SqlDialect dialect = dialect(dataSource);
        try {
            new LogSchema(dataSource, dialect).migrate();
        } catch (FlywayException e) {
            throw new IllegalStateException(
                    "The tables of the database log cannot be made or brought up to date: " + e.getMessage(), e);
        } catch (SQLException e) {
            throw Database.unavailable(e, false);
        }
        Database database = new Database(dataSource, dialect, boundary);
        String epoch = database.reading(LogSchema::epoch);
        LOG.log(Level.INFO, "KULKUL0601I The database log is open: {0}, counting {1}", dialect, epoch);
        return new JdbcEventLog(epoch, database, options, eventIds, clock);
    }

    private static SqlDialect dialect(DataSource dataSource) throws LogUnavailableException {
        try (Connection connection = dataSource.getConnection()) {
            return SqlDialect.of(connection);
        } catch (SQLException e) {
            throw Database.unavailable(e, false);
        }
    }

    @Override
    public String epoch() {
        return epoch;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException where a draft is not {@link StorableText#isStorable(Draft) storable}; nothing was done then
     * @throws IllegalStateException where the database refuses the drafts, and would again
     */
    @Override
    public List<Stored> append(List<Draft> drafts, boolean again) throws LogUnavailableException {
        return appender.append(drafts, again);
    }

    @Override
    public long head(ChannelId channel) throws LogUnavailableException {
        return reader.head(channel);
    }

    @Override
    public List<PlacedEvent> read(ChannelId channel, long from, long to, int limit) throws LogUnavailableException {
        return reader.read(channel, from, to, limit);
    }

    @Override
    public List<ChannelHead> changedSince(long timestamp) throws LogUnavailableException {
        return reader.changedSince(timestamp);
    }

    @Override
    public long firstSince(ChannelId channel, long timestamp) throws LogUnavailableException {
        return reader.firstSince(channel, timestamp);
    }

    @Override
    public void submit(Draft draft) throws LogUnavailableException {
        outbox.submit(draft);
    }

    @Override
    public Relayed relay(int max) throws LogUnavailableException {
        return outbox.relay(max);
    }

    /**
     * {@inheritDoc}
     *
     * <p>What only the size of its namespace lets go stays for a minute all the same, so that other instances can fetch what the bus did
     * not bring.
     */
    @Override
    public int discard(int max) throws LogUnavailableException {
        return cleaner.discard(max);
    }

    @Override
    public long pending() throws LogUnavailableException {
        return outbox.pending();
    }
}
