package io.kulkul.core.hub;

import io.kulkul.api.spi.ChannelAuthorizer;
import io.kulkul.core.access.Caller;
import io.kulkul.core.access.Revocations;
import io.kulkul.core.access.TokenVerifier;
import io.kulkul.core.access.Verification;
import io.kulkul.core.bus.EventBus;
import io.kulkul.core.bus.Member;
import io.kulkul.core.bus.Members;
import io.kulkul.core.bus.Questions;
import io.kulkul.core.bus.Voice;
import io.kulkul.core.channel.ChannelInfo;
import io.kulkul.core.channel.Channels;
import io.kulkul.core.channel.Namespaces;
import io.kulkul.core.connection.Connection;
import io.kulkul.core.connection.ConnectionSettings;
import io.kulkul.core.connection.Connections;
import io.kulkul.core.connection.DialectSettings;
import io.kulkul.core.connection.FlushTimer;
import io.kulkul.core.connection.Gauges;
import io.kulkul.core.connection.Meter;
import io.kulkul.core.connection.Transport;
import io.kulkul.core.connection.UserCounts;
import io.kulkul.core.dialect.Dialect;
import io.kulkul.core.dialect.Dialects;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.DurableLog;
import io.kulkul.core.eventlog.EventIds;
import io.kulkul.core.eventlog.LogUnavailableException;
import io.kulkul.core.eventlog.MemoryEventLog;
import io.kulkul.core.protocol.CloseCode;
import io.kulkul.core.protocol.ErrorCode;
import io.kulkul.core.protocol.Reply;
import io.kulkul.core.quota.MessageQuota;
import io.kulkul.core.quota.ViolationQuota;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One instance's hub: its channels, its connections, and what goes on between them. Thread-safe. */
public final class Hub {

    private static final System.Logger LOG = System.getLogger(Hub.class.getName());
    private static final int TICK_MILLIS = 1000;
    private static final int DURABLE_TICK_MILLIS = 100;

    /** So many batch clients of each processor may be due at once: to write to that many takes some 3 ms. */
    private static final int CROWD = 200;

    /** How long the other instances' answers to an operator's command are waited for. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);

    private final HubSettings settings;
    private final ConnectionSettings connectionSettings;
    private final Map<String, DialectSettings> dialectSettings = new HashMap<>();
    private final TokenVerifier verifier;
    private final Dialects dialects;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Ids ids;
    private final Meter meter;
    private final Threads threads;
    private final Delivery delivery;
    private final Channels channels;
    private final Connections connections;
    private final EventBus bus;
    private final @Nullable Durable durable;
    private final Subscribing subscribing;
    private final Publishing publishing;
    private final ClientPublishing clientPublishing;
    private final Authorizing authorizing;
    private final Addressees addressees = new Addressees();
    private final PendingHandshakes pending;
    private final Revocations revocations;
    private final RefusedTokens refusedTokens;
    private final Operating operating;
    private final UserCounts users;
    private final SharedUserCounts sharedUsers;
    private final String incarnation;
    private final long started;
    private final SharedStatistics statistics;
    private final RemoteReading reading;
    private final Cluster cluster;
    private final Draining draining;
    private final Map<Connection, Client> clients = new ConcurrentHashMap<>();
    private volatile @Nullable ScheduledFuture<?> ticking;
    private volatile @Nullable ScheduledFuture<?> comparing;
    private volatile long tickedNanos;
    private volatile boolean stopping;
    private volatile boolean reachable;

    /**
     * Puts the parts together; nothing runs yet.
     *
     * @param dialectSettings by the dialect's name; where one is missing its presets hold
     * @param random unpredictable, because connections' ids come from it
     */
    public Hub(
            HubSettings settings,
            ConnectionSettings connectionSettings,
            Map<String, DialectSettings> dialectSettings,
            Namespaces namespaces,
            TokenVerifier verifier,
            Revocations revocations,
            Meter meter,
            Backends backends,
            Threads threads,
            Clock clock,
            LongSupplier nanoTime,
            RandomGenerator random) {
        this.settings = settings;
        this.connectionSettings = connectionSettings;
        this.verifier = verifier;
        this.meter = meter;
        this.threads = threads;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.ids = new Ids(random);
        this.dialects = new Dialects(settings.dialect(), clock);
        dialects.all()
                .forEach(dialect -> this.dialectSettings.put(
                        dialect.name(), DialectSettings.of(connectionSettings, dialect.traits())));
        this.dialectSettings.putAll(dialectSettings);
        this.delivery = new Delivery(this::channels, threads.dispatcher());
        DurableLog log = backends.log();
        this.bus = backends.bus();
        this.channels = new Channels(
                namespaces,
                new MemoryEventLog(ids::epoch),
                log == null ? null : log.epoch(),
                delivery,
                clock,
                nanoTime,
                settings.replayMaxEvents());
        this.revocations = revocations;
        this.refusedTokens = new RefusedTokens(nanoTime);
        this.pending = new PendingHandshakes(connectionSettings.maxUnauthenticated());
        this.authorizing = new Authorizing(channels, threads, settings.authorizerTimeout(), ids::unguessable, nanoTime);
        this.durable =
                log == null ? null : new Durable(log, bus, channels, addressees, meter, threads, clock, nanoTime);
        this.subscribing = new Subscribing(channels, durable, authorizing, meter, nanoTime);
        this.publishing = new Publishing(
                channels, new EventIds(clock, random)::next, addressees, meter, delivery, nanoTime, bus, durable);
        if (durable != null) {
            durable.unloggedTo(publishing::append);
        }
        this.clientPublishing = new ClientPublishing(publishing);
        this.connections = new Connections(
                connectionSettings,
                clock,
                nanoTime,
                ids::unguessable,
                meter,
                new FlushTimer(
                        threads.timer(),
                        threads.writers(),
                        nanoTime,
                        CROWD * Runtime.getRuntime().availableProcessors()),
                threads.closers(),
                this::ended);
        this.incarnation = ids.unguessable();
        this.started = clock.millis();
        Voice voice = new Voice(backends.bus(), incarnation);
        Members members = new Members(settings.instance(), nanoTime);
        Questions<Outcome> questions = new Questions<>(threads.timer(), ANSWER_TIMEOUT);
        Audit audit = new Audit(clock);
        CarryingOut carryingOut = new CarryingOut(this);
        this.users =
                new UserCounts(backends.bus().clustered(), () -> sharedUsers().changed());
        this.sharedUsers = new SharedUserCounts(voice, users, threads.timer(), nanoTime);
        SharedRevocations sharedRevocations = new SharedRevocations(
                voice, revocations, () -> threads.writers().execute(carryingOut::endRevoked));
        ClusterCommands commands = new ClusterCommands(
                voice, members, questions, sharedRevocations, carryingOut, audit, threads.writers(), ids::unguessable);
        this.operating = new Operating(this, carryingOut, commands, audit);
        this.statistics = new SharedStatistics(voice, members);
        this.reading = new RemoteReading(
                this,
                voice,
                members::others,
                new Questions<>(threads.timer(), ANSWER_TIMEOUT),
                threads.writers(),
                ids::unguessable);
        this.cluster = new Cluster(
                backends.bus(),
                voice,
                this::self,
                new Incoming(channels, addressees, durable),
                members,
                questions,
                sharedUsers,
                sharedRevocations,
                statistics,
                reading,
                commands);
        this.draining = new Draining(this, threads, random);
        this.tickedNanos = nanoTime.getAsLong();
    }

    /** Begins to look after heartbeats, time-outs and expiry. */
    public void start() {
        meter.started(channels.namespaces(), dialects.names(), gauges());
        cluster.start();
        if (durable != null) {
            comparing = threads.timer()
                    .scheduleAtFixedRate(
                            this::tickDurableSafely, DURABLE_TICK_MILLIS, DURABLE_TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
        ticking =
                threads.timer().scheduleAtFixedRate(this::tickSafely, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Takes a connection whose handshake is over.
     *
     * <p>A connection that is refused is closed, after a frame that says why where the protocol has one.
     */
    public Client connect(Handshake handshake, Transport transport) {
        Dialect dialect = dialects.pick(handshake.subprotocol(), handshake.dialect());
        boolean full = connections.full();
        boolean batch = handshake.subprotocol().equals(Dialects.V1_BATCH);
        Dialect spoken = dialect == null ? dialects.fallback() : dialect;
        DialectSettings limits = Objects.requireNonNull(dialectSettings.get(spoken.name()));
        Connection connection =
                connections.open(handshake.tenant(), spoken, limits, batch, handshake.flushMillis(), transport);
        Client client = new Client(
                this,
                connection,
                handshake.tenant(),
                new MessageQuota(
                        limits.connection().messagesPerSecond(),
                        limits.connection().messageBurst(),
                        nanoTime),
                new ViolationQuota(nanoTime));
        clients.put(connection, client);
        if (connection.ended()) {
            ended(connection);
        } else if (draining()) {
            // It came between the handshake's filter and here, and must not be left with a dead socket.
            connection.closeAfterReplies(CloseCode.RESTARTING);
        } else if (full) {
            connection.closeAfterReplies(CloseCode.INSTANCE_FULL);
        } else if (dialect == null) {
            refuse(connection, ErrorCode.UNKNOWN_DIALECT, "no such dialect", CloseCode.PROTOCOL_VIOLATION);
        } else {
            admit(client, handshake, batch ? Dialects.V1_BATCH : Dialects.V1);
        }
        return client;
    }

    private void admit(Client client, Handshake handshake, String protocol) {
        Connection connection = client.connection();
        if (handshake.token() != null) {
            try {
                client.accept(verify(handshake.token(), "connection " + connection.id()));
            } catch (RefusedException e) {
                refuse(connection, e.code(), e.explanation(), CloseCode.UNAUTHENTICATED);
                return;
            }
        }
        if (handshake.token() == null) {
            await(client);
        }
        if (handshake.token() == null || connection.caller().authenticated()) {
            client.greet(protocol, handshake);
        }
    }

    /** Counts a client that has not shown who it is. */
    private void await(Client client) {
        Client oldest = pending.add(client);
        if (oldest != null) {
            oldest.connection().closeAfterReplies(CloseCode.INSTANCE_FULL);
        }
        if (client.connection().ended()) {
            pending.remove(client);
        }
    }

    private void refuse(Connection connection, ErrorCode code, String message, CloseCode close) {
        meter.refused(code);
        connection.reply(Reply.Failure.of(null, code, message));
        connection.closeAfterReplies(close);
    }

    private void ended(Connection connection) {
        subscribing.leaveAll(connection);
        Client client = clients.remove(connection);
        if (client != null) {
            pending.remove(client);
            client.leave();
        }
    }

    /**
     * Verifies a token, and writes a log line where it is refused.
     *
     * @param where the token came from, for the log; nothing that a client chooses
     */
    public Caller verify(String token, String where) throws RefusedException {
        RefusedException refusal;
        Verification verification = verifier.verify(token);
        if (verification instanceof Verification.Accepted accepted) {
            if (!revocations.cover(accepted.caller())) {
                return accepted.caller();
            }
            refusal = new RefusedException(ErrorCode.TOKEN_INVALID, "the token is revoked");
        } else {
            Verification.Refused refused = (Verification.Refused) verification;
            refusal = new RefusedException(refused.code(), refused.reason());
        }
        refusedTokens.note(where, refusal);
        throw refusal;
    }

    /**
     * Writes a log line about a request that is refused for the tokens it came with, before any of them was looked at.
     *
     * @param where see {@link #verify}
     */
    public RefusedException refuseTokens(String where, String why) {
        RefusedException refusal = new RefusedException(ErrorCode.UNAUTHENTICATED, why);
        refusedTokens.note(where, refusal);
        return refusal;
    }

    private void tickSafely() {
        try {
            tick();
        } catch (RuntimeException bug) {
            // A timer that threw would never run again.
            LOG.log(Level.ERROR, "KULKUL0903E looking after connections failed", bug);
        }
    }

    private void tickDurableSafely() {
        try {
            if (durable != null) {
                durable.tick();
            }
        } catch (RuntimeException bug) {
            // A timer that threw would never run again.
            LOG.log(Level.ERROR, "KULKUL0906E looking after the database log failed", bug);
        }
    }

    /** Looks after heartbeats, time-outs and expiry once. Called about once a second by the timer. */
    public void tick() {
        meter.tick();
        connections.tick();
        clients.values().forEach(Client::tick);
        channels.expire();
        revocations.expire(clock.instant());
        cluster.tick();
        tickedNanos = nanoTime.getAsLong();
    }

    /**
     * Sends all clients away, evenly spread over this time: each is told when, goes on as before until then, and is closed with 1012. New
     * ones are refused from now on. Does nothing more where that has begun already.
     *
     * @return how far that is
     */
    public Drain drain(Duration over) {
        if (draining.begin(over)) {
            // The others let the clients in, though their users may have many connections here.
            cluster.giveLifeSign(false);
        }
        return draining.state();
    }

    /** How far the instance is with sending its clients away. */
    public Drain drained() {
        return draining.state();
    }

    /**
     * Waits until a drain that has begun has left nobody, or should have some seconds ago.
     *
     * @return false where somebody is left
     */
    public boolean awaitDrained() throws InterruptedException {
        return draining.await(draining.rest());
    }

    /**
     * Waits until a drain that has begun has left nobody.
     *
     * @return false where somebody is left after {@code over} and a few seconds
     */
    public boolean awaitDrained(Duration over) throws InterruptedException {
        return draining.await(over.plus(Draining.PATIENCE));
    }

    /** Over which time clients are sent away where nothing else is asked for. */
    public Duration drainDuration() {
        return settings.drainDuration();
    }

    /** Says goodbye to the other instances, stops the timer and closes all connections. */
    public void stop(CloseCode code, Executor closers, long millis) throws InterruptedException {
        stopping = true;
        draining.finish();
        ScheduledFuture<?> timer = ticking;
        if (timer != null) {
            timer.cancel(false);
        }
        ScheduledFuture<?> durableTimer = comparing;
        if (durableTimer != null) {
            durableTimer.cancel(false);
        }
        cluster.leave();
        try {
            connections.shutdown(code, closers, millis);
        } finally {
            delivery.end();
            cluster.stop();
        }
    }

    /** The container has put an endpoint before the hub: clients can connect from now on. */
    public void opened() {
        reachable = true;
    }

    /** Whether there is an endpoint by which clients can connect. */
    public boolean reachable() {
        return reachable;
    }

    /** Whether the instance is ending or sends its clients away, so that nobody should connect to it any more. */
    public boolean draining() {
        return stopping || draining.begun();
    }

    /** How long ago the timer last made its round, in nanoseconds. */
    public long sinceTick() {
        return nanoTime.getAsLong() - tickedNanos;
    }

    /** Lets the application hear what clients publish. */
    public void listen(ClientMessages listener) {
        clientPublishing.listen(listener);
    }

    /** Lets a rule of the application take part in every decision about who may do what. */
    public void authorize(ChannelAuthorizer authorizer) {
        authorizing.add(authorizer);
    }

    /** Who may do what with which channel. */
    public Authorizing authorizing() {
        return authorizing;
    }

    /** What operators may do. */
    public Operating operating() {
        return operating;
    }

    /** This instance as the others know it. */
    public Member self() {
        return new Member(
                settings.instance(),
                incarnation,
                started,
                Hub.class.getPackage().getImplementationVersion(),
                connections.count(),
                draining());
    }

    /** The instances that are alive, by their names: this one and those it has heard of lately. */
    public List<Member> instances() {
        return cluster.instances();
    }

    /** How the instances of a cluster say that they are. */
    public SharedStatistics statistics() {
        return statistics;
    }

    /** What other instances can be asked for. */
    public RemoteReading reading() {
        return reading;
    }

    public String instance() {
        return settings.instance();
    }

    public Channels channels() {
        return channels;
    }

    public Connections connections() {
        return connections;
    }

    public Publishing publishing() {
        return publishing;
    }

    public ConnectionSettings connectionSettings() {
        return connectionSettings;
    }

    /** What there is in the hub now. */
    public Gauges gauges() {
        return new HubGauges(this);
    }

    /** How many subscriptions all connections have. */
    public int subscriptionCount() {
        int count = 0;
        for (Connection connection : connections.all()) {
            count += connection.subscriptions().size();
        }
        return count;
    }

    /** The database log; null where there is none. */
    public @Nullable Durable durable() {
        return durable;
    }

    /**
     * What can be told of a channel; null where it is not live, and has no events in the database. May wait for that.
     *
     * @throws RefusedException when the database does not answer
     */
    public @Nullable ChannelInfo info(ChannelId channel) throws RefusedException {
        if (durable == null || !channels.durable(channel)) {
            return channels.info(channel);
        }
        try {
            return durable.reading().info(channel);
        } catch (LogUnavailableException e) {
            throw new RefusedException(ErrorCode.UNAVAILABLE, "the event log is not available");
        }
    }

    /** The bus to the other instances. */
    public EventBus bus() {
        return bus;
    }

    /** Threads that may wait for the database. */
    Executor readers() {
        return threads.readers();
    }

    /** How many connections each user has. */
    UserCounts users() {
        return users;
    }

    private SharedUserCounts sharedUsers() {
        return sharedUsers;
    }

    Addressees addressees() {
        return addressees;
    }

    PendingHandshakes pending() {
        return pending;
    }

    Revocations revocations() {
        return revocations;
    }

    /** All clients there are, in no order. */
    Iterable<Client> clients() {
        return clients.values();
    }

    /** The client of this connection; null where it has just ended. */
    @Nullable
    Client client(Connection connection) {
        return clients.get(connection);
    }

    /** The time now. */
    public Instant now() {
        return clock.instant();
    }

    Subscribing subscribing() {
        return subscribing;
    }

    ClientPublishing clientPublishing() {
        return clientPublishing;
    }

    Meter meter() {
        return meter;
    }

    boolean anyPublic() {
        return channels.anyPublic();
    }

    long millis() {
        return clock.millis();
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    String newId() {
        return ids.unguessable();
    }
}
