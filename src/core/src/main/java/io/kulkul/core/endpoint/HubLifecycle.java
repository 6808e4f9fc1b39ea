package io.kulkul.core.endpoint;

import io.kulkul.core.access.Revocations;
import io.kulkul.core.access.TokenVerifier;
import io.kulkul.core.bus.EventBus;
import io.kulkul.core.bus.JmsResources;
import io.kulkul.core.bus.PublishQueue;
import io.kulkul.core.connection.Meter;
import io.kulkul.core.connection.Writers;
import io.kulkul.core.eventlog.DatabaseResources;
import io.kulkul.core.hub.ClientMessages;
import io.kulkul.core.hub.Durable;
import io.kulkul.core.hub.Hub;
import io.kulkul.core.hub.InstanceReader;
import io.kulkul.core.hub.QueuedEvents;
import io.kulkul.core.protocol.CloseCode;
import io.kulkul.core.settings.KulkulSettings;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Starts the one hub of the application, hands it out, and stops it: with the application, or with the process, so that every client gets
 * a close frame instead of a dead socket.
 *
 * <p>When the process is told to end (SIGTERM), clients are first sent away over {@code kulkul.drain.duration}, while everything runs.
 */
@ApplicationScoped
public class HubLifecycle {

    private static final System.Logger LOG = System.getLogger(HubLifecycle.class.getName());

    /** How long the process waits for close frames to be on their way. */
    private static final long STOP_MILLIS = 8000;

    private static final int STOPPERS = 8;

    private @Nullable Running running;
    private @Nullable KulkulSettings settings;
    private Meter meter = Meter.NONE;
    private @Nullable Instance<ClientMessages> listeners;
    private @Nullable Instance<InstanceReader> readers;

    /** For the container's proxy. */
    protected HubLifecycle() {}

    @Inject
    HubLifecycle(
            KulkulSettings settings,
            Instance<Meter> meters,
            Instance<ClientMessages> listeners,
            Instance<InstanceReader> readers) {
        this.settings = settings;
        this.meter = meters.isResolvable() ? meters.get() : Meter.NONE;
        this.listeners = listeners;
        this.readers = readers;
    }

    /** The hub, started by the first call. */
    @Produces
    public synchronized Hub hub() {
        return running().hub;
    }

    /** What connects the hub with other instances. */
    @Produces
    public synchronized EventBus bus() {
        return running().bus;
    }

    /** Threads on which a WebSocket ping may wait for a client that does not read. */
    synchronized Executor pingers() {
        return running().threads.pingers();
    }

    /** Threads on which writing may wait for a client that does not read. */
    synchronized Writers writers() {
        return running().threads.writers();
    }

    /** What upgraded connections share. */
    synchronized UpgradedSessions upgraded() {
        Running started = running();
        return new UpgradedSessions(started.hub, started.threads.upgraded(), LockSupport::parkNanos);
    }

    private Running running() {
        Running already = running;
        if (already == null) {
            already = start();
            running = already;
        }
        return already;
    }

    private Running start() {
        KulkulSettings read = settings;
        if (read == null) {
            throw new IllegalStateException("a proxy has no settings");
        }
        JmsResources messaging = JmsResources.find();
        Executor boundary = TransactionBoundary.find();
        DatabaseResources database = DatabaseResources.find(boundary);
        HubThreads threads = new HubThreads(
                read.connection().maxBlockedWriters(),
                read.connection().writeTimeout().toMillis());
        EventBus bus = messaging.bus(read.hub().instance(), threads.bus(), System::nanoTime);
        meter.clustered(bus);
        Hub hub = new Hub(
                read.hub(),
                read.connection(),
                read.dialects(),
                read.namespaces(),
                TokenVerifier.open(read.token(), Clock.systemUTC()),
                new Revocations(read.token()),
                meter,
                BackendsStart.open(read.namespaces(), bus, database),
                threads.threads(),
                Clock.systemUTC(),
                System::nanoTime,
                new SecureRandom());
        if (listeners != null) {
            listeners.forEach(hub::listen);
        }
        if (readers != null) {
            readers.forEach(hub.reading()::readBy);
        }
        hub.start();
        PublishQueue queue = messaging.publishQueue(
                new QueuedEvents(hub.publishing(), read.connection().maxMessageBytes()),
                new ContainerTransactions(),
                threads.bus(),
                System::nanoTime);
        if (queue != null) {
            queue.start();
        }
        Durable durable = hub.durable();
        OutboxRelay relay =
                durable == null ? null : new OutboxRelay(durable, database.signal(), boundary, threads.relay());
        if (relay != null) {
            relay.start();
        }
        TerminationSignal signal = TerminationSignal.listen(TerminationSignal.TERM, () -> drain(hub));
        Thread atExit = new Thread(() -> stop(hub, bus, queue), "kulkul-exit");
        Runtime.getRuntime().addShutdownHook(atExit);
        LOG.log(Level.INFO, "KULKUL0101I instance " + hub.instance() + " is open for connections");
        return new Running(hub, bus, queue, relay, threads, atExit, signal);
    }

    @PreDestroy
    synchronized void stop() {
        Running ending = running;
        running = null;
        if (ending == null) {
            return;
        }
        try {
            Runtime.getRuntime().removeShutdownHook(ending.atExit);
        } catch (IllegalStateException exiting) {
            LOG.log(Level.DEBUG, "KULKUL0105D the process is ending: its own hook closes the connections");
        }
        if (ending.signal != null) {
            ending.signal.forget();
        }
        stop(ending.hub, ending.bus, ending.queue);
        ending.threads.finishUpgraded();
        if (ending.relay != null) {
            ending.relay.stop();
        }
        ending.threads.stop();
    }

    /** Sends the clients away before the process begins to end, and waits for that no longer than a drain of its own would take. */
    private static void drain(Hub hub) {
        try {
            hub.drain(hub.drainDuration());
            hub.awaitDrained(hub.drainDuration());
        } catch (InterruptedException inAHurry) {
            Thread.currentThread().interrupt();
        }
    }

    private static void stop(Hub hub, EventBus bus, @Nullable PublishQueue queue) {
        if (queue != null) {
            queue.stop();
        }
        // Threads of its own: the container may have ended the managed ones already.
        ExecutorService stoppers = Executors.newFixedThreadPool(STOPPERS, task -> {
            Thread thread = new Thread(task, "kulkul-stop");
            thread.setDaemon(true);
            return thread;
        });
        try {
            int open = hub.connections().count();
            hub.stop(CloseCode.RESTARTING, stoppers, STOP_MILLIS);
            LOG.log(Level.INFO, "KULKUL0102I instance " + hub.instance() + " has closed " + open + " connections");
        } catch (InterruptedException inAHurry) {
            Thread.currentThread().interrupt();
        } finally {
            stoppers.shutdown();
            bus.stop();
        }
    }

    /** What start() made. */
    private record Running(
            Hub hub,
            EventBus bus,
            @Nullable PublishQueue queue,
            @Nullable OutboxRelay relay,
            HubThreads threads,
            Thread atExit,
            @Nullable TerminationSignal signal) {}
}
