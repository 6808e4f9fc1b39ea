package io.kulkul.core.connection;

import io.kulkul.core.dialect.Dialect;
import io.kulkul.core.protocol.CloseCode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All connections of this instance. Thread-safe. */
public final class Connections {

    private final Map<String, Connection> open = new ConcurrentHashMap<>();
    private final ConnectionSettings settings;
    private final Supplier<String> ids;
    private final ConnectionContext context;

    /**
     * Begins without connections.
     *
     * @param ids makes unguessable ids
     * @param closers threads that may wait for a client that does not read
     * @param onEnd is told of each connection that ends, once, on any thread
     */
    public Connections(
            ConnectionSettings settings,
            Clock clock,
            LongSupplier nanoTime,
            Supplier<String> ids,
            Meter meter,
            FlushTimer flushTimer,
            Executor closers,
            Consumer<Connection> onEnd) {
        this.settings = settings;
        this.ids = ids;
        this.context = new ConnectionContext(clock, nanoTime, meter, flushTimer, closers, connection -> {
            open.remove(connection.id());
            onEnd.accept(connection);
        });
    }

    /** Whether the instance takes no more. */
    public boolean full() {
        return open.size() >= settings.maxTotal();
    }

    /** Registers a connection whose handshake is over. */
    public Connection open(
            String tenant,
            Dialect dialect,
            DialectSettings dialectSettings,
            boolean batch,
            long flushMillis,
            Transport transport) {
        Connection connection = new Connection(
                ids.get(), ids.get(), tenant, dialect, batch, flushMillis, dialectSettings, transport, context);
        open.put(connection.id(), connection);
        context.meter().opened();
        return connection;
    }

    public int count() {
        return open.size();
    }

    /** The open connection with this id, or null. */
    public @Nullable Connection find(String id) {
        return open.get(id);
    }

    public Collection<Connection> all() {
        return Collections.unmodifiableCollection(open.values());
    }

    /**
     * A page of the open connections in the order of their ids.
     *
     * @param tenant whose; null for those of all tenants
     * @param after the last id of the page before; empty for the first
     * @param wanted which of them
     */
    public List<Connection> page(@Nullable String tenant, String after, int limit, Predicate<Connection> wanted) {
        List<Connection> page = new ArrayList<>();
        for (Connection connection : open.values()) {
            if (isOf(tenant, connection) && connection.id().compareTo(after) > 0 && wanted.test(connection)) {
                page.add(connection);
            }
        }
        page.sort((a, b) -> a.id().compareTo(b.id()));
        return page.size() > limit ? List.copyOf(page.subList(0, limit)) : page;
    }

    /**
     * The open connections that pass, in no order.
     *
     * @param tenant whose; null for those of all tenants
     * @param wanted which of them
     */
    public List<Connection> all(@Nullable String tenant, Predicate<Connection> wanted) {
        List<Connection> all = new ArrayList<>();
        for (Connection connection : open.values()) {
            if (isOf(tenant, connection) && wanted.test(connection)) {
                all.add(connection);
            }
        }
        return all;
    }

    private static boolean isOf(@Nullable String tenant, Connection connection) {
        return tenant == null || connection.tenant().equals(tenant);
    }

    /** How many connections wait for a write of longer than this. */
    public int writersBlockedFor(long nanos) {
        int blocked = 0;
        for (Connection connection : open.values()) {
            blocked += connection.writingFor() >= nanos ? 1 : 0;
        }
        return blocked;
    }

    /**
     * Closes all connections and waits until their close frames are on their way.
     *
     * @param threads close the sockets, those of clients that do not read last
     * @param millis how long to wait at most
     */
    public void shutdown(CloseCode code, Executor threads, long millis) throws InterruptedException {
        context.closeOn(threads);
        List<Connection> busy = new ArrayList<>();
        for (Connection connection : open.values()) {
            if (connection.writingFor() == 0) {
                connection.closeAfterReplies(code);
            } else {
                busy.add(connection);
            }
        }
        busy.forEach(connection -> connection.close(code));
        context.awaitCloses(millis);
    }

    /** Looks after heartbeats and writes that hang. Called about once a second by one thread. */
    public void tick() {
        open.values().forEach(Connection::tick);
    }
}
