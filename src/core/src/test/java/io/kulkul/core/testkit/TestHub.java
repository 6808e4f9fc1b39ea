package io.kulkul.core.testkit;

import io.kulkul.core.access.Revocations;
import io.kulkul.core.access.TokenVerifier;
import io.kulkul.core.channel.NamespaceOptions;
import io.kulkul.core.channel.NamespaceOptions.Access;
import io.kulkul.core.channel.NamespaceOptions.Overflow;
import io.kulkul.core.channel.Namespaces;
import io.kulkul.core.connection.ConnectionSettings;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.hub.Backends;
import io.kulkul.core.hub.Hub;
import io.kulkul.core.hub.HubSettings;
import io.kulkul.core.hub.Publication;
import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.hub.Threads;
import io.kulkul.core.protocol.CloseCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A hub without a container: its time passes and its threads run when the test says so.
 *
 * <p>What a test does by way of a {@link FakeClient} or of {@link #publish} is settled when the call returns, unless the hub is {@link
 * Builder#unsettled}.
 */
public final class TestHub {

    /** The namespaces that every test hub has beside the defaults. */
    private static final Map<String, NamespaceOptions> NAMESPACES = Map.of(
            "public", options("public").access(Access.PUBLIC).build(),
            "plain", options("plain").historySize(0).build(),
            "small", options("small").tailSize(4).build(),
            "strict",
                    options("strict").tailSize(4).overflow(Overflow.DISCONNECT).build(),
            "cached", options("cached").cache().build());

    public final TestTime time;
    public final ManualExecutor dispatcher = new ManualExecutor();
    public final ManualExecutor writers = new ManualExecutor();
    public final ManualExecutor closers = new ManualExecutor();
    public final ManualExecutor authorizers = new ManualExecutor();
    public final ManualExecutor readers = new ManualExecutor();
    public final ManualExecutor log = new ManualExecutor();
    public final ManualTimer timer;
    public final RecordingMeter meter = new RecordingMeter();
    private final Hub hub;
    private final boolean settling;

    private TestHub(Builder builder) {
        time = builder.time;
        timer = new ManualTimer(time);
        settling = builder.settling;
        time.advance(builder.age);
        hub = new Hub(
                new HubSettings(
                        builder.instance,
                        "kulkul",
                        builder.replayMaxEvents,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(20)),
                builder.connection(),
                Map.of(),
                new Namespaces(builder.defaults, builder.namespaces),
                TokenVerifier.open(Tokens.settings(), time),
                new Revocations(Tokens.settings()),
                meter,
                builder.backends,
                new Threads(dispatcher, writers, closers, authorizers, readers, log, timer),
                time,
                time::nanos,
                // Hubs of one test must not make the same ids.
                builder.random == null ? new Random(builder.instance.hashCode()) : builder.random);
        hub.start();
    }

    /** A hub with all defaults. */
    public static TestHub open() {
        return new Builder().open();
    }

    /** Says how the hub differs from the defaults. */
    public static Builder with() {
        return new Builder();
    }

    /** Options that differ from the defaults in what follows. */
    public static Options options(String name) {
        return new Options(name);
    }

    public Hub hub() {
        return hub;
    }

    /** Begins a client's handshake. */
    public FakeClient.Opening client() {
        return new FakeClient.Opening(this);
    }

    /** A connected client of this user that has read its greeting. */
    public FakeClient clientOf(String user) {
        return client().token(Tokens.aTokenFor(user)).connects().greeted();
    }

    /** Publishes as the application does. */
    public void publish(String channel, String payload) {
        publish("", channel, payload);
    }

    /** Publishes as the application does, in a tenant. */
    public void publish(String tenant, String channel, String payload) {
        try {
            hub.publishing()
                    .publish(new Publication(
                            new ChannelId(tenant, channel), "happened", JsonTexts.json(payload), null, null, null));
        } catch (RefusedException e) {
            throw new AssertionError(e.code() + ": " + e.explanation(), e);
        }
        settleByDefault();
    }

    /** A client that gave no token and has read its greeting. */
    public FakeClient anonymous() {
        return client().connects().greeted();
    }

    /** Publishes events whose payloads are the numbers from the first to the last. */
    public void publishNumbers(String channel, int first, int last) {
        for (int number = first; number <= last; number++) {
            publish(channel, Integer.toString(number));
        }
    }

    void settleByDefault() {
        if (settling) {
            settle();
        }
    }

    /** Runs all threads until none has anything to do. */
    public void settle() {
        while (dispatcher.pending()
                        + writers.pending()
                        + closers.pending()
                        + authorizers.pending()
                        + readers.pending()
                        + log.pending()
                > 0) {
            dispatcher.runAll();
            writers.runAll();
            closers.runAll();
            authorizers.runAll();
            readers.runAll();
            log.runAll();
        }
    }

    /** Lets time pass; timers run when they are due. */
    public void pass(Duration duration) {
        timer.pass(duration, this::settle);
    }

    /** Stops the hub as the end of the application does. */
    public void stop() {
        try {
            hub.stop(CloseCode.RESTARTING, Runnable::run, 0);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What a test hub is made of. */
    public static final class Builder {

        private NamespaceOptions defaults = NamespaceOptions.DEFAULTS;
        private final Map<String, NamespaceOptions> namespaces = new HashMap<>(NAMESPACES);
        private int maxSubscriptions = ConnectionSettings.DEFAULTS.maxSubscriptions();
        private int maxPerUser = ConnectionSettings.DEFAULTS.maxPerUser();
        private int maxTotal = ConnectionSettings.DEFAULTS.maxTotal();
        private int maxUnauthenticated = ConnectionSettings.DEFAULTS.maxUnauthenticated();
        private int maxPendingReplyBytes = ConnectionSettings.DEFAULTS.maxPendingReplyBytes();
        private int messagesPerSecond = ConnectionSettings.DEFAULTS.messagesPerSecond();
        private int messageBurst = ConnectionSettings.DEFAULTS.messageBurst();
        private String instance = "instance-1";
        private Backends backends = Backends.none();
        private TestTime time = new TestTime();
        private int replayMaxEvents = 1000;
        private boolean settling = true;
        private @Nullable Random random;
        private Duration age = Duration.ZERO;

        private Builder() {}

        public Builder instance(String name) {
            instance = name;
            return this;
        }

        /** Several hubs of a test may share their time; each one's timer has to be told of it. */
        public Builder time(TestTime shared) {
            time = shared;
            return this;
        }

        public Builder backends(Backends backends) {
            this.backends = backends;
            return this;
        }

        public Builder namespace(Options options) {
            NamespaceOptions built = options.build();
            namespaces.put(built.name(), built);
            return this;
        }

        public Builder defaults(UnaryOperator<Options> change) {
            defaults = change.apply(options("*")).build();
            return this;
        }

        public Builder maxSubscriptions(int max) {
            maxSubscriptions = max;
            return this;
        }

        public Builder maxPerUser(int max) {
            maxPerUser = max;
            return this;
        }

        public Builder maxTotal(int max) {
            maxTotal = max;
            return this;
        }

        public Builder maxUnauthenticated(int max) {
            maxUnauthenticated = max;
            return this;
        }

        public Builder maxPendingReplyBytes(int max) {
            maxPendingReplyBytes = max;
            return this;
        }

        public Builder messagesPerSecond(int rate, int burst) {
            messagesPerSecond = rate;
            messageBurst = burst;
            return this;
        }

        private ConnectionSettings connection() {
            ConnectionSettings normal = ConnectionSettings.DEFAULTS;
            return new ConnectionSettings(
                    normal.heartbeatInterval(),
                    normal.heartbeatTimeout(),
                    normal.writeTimeout(),
                    normal.maxBlockedWriters(),
                    normal.upgrade(),
                    normal.readInterval(),
                    normal.maxMessageBytes(),
                    maxSubscriptions,
                    maxPerUser,
                    maxTotal,
                    maxUnauthenticated,
                    messagesPerSecond,
                    messageBurst,
                    normal.authenticationTimeout(),
                    maxPendingReplyBytes,
                    Set.of());
        }

        public Builder replayMaxEvents(int max) {
            replayMaxEvents = max;
            return this;
        }

        /** How long after the beginning of the test's time it is. */
        public Builder startsAfter(Duration time) {
            age = time;
            return this;
        }

        public Builder random(Random other) {
            random = other;
            return this;
        }

        /** The test runs the threads itself, step by step. */
        public Builder unsettled() {
            settling = false;
            return this;
        }

        public TestHub open() {
            return new TestHub(this);
        }
    }

    /** A namespace's options, beginning with the defaults. */
    public static final class Options {

        private final String name;
        private int tailSize = NamespaceOptions.DEFAULTS.tailSize();
        private int historySize = NamespaceOptions.DEFAULTS.historySize();
        private Duration historyTtl = NamespaceOptions.DEFAULTS.historyTtl();
        private NamespaceOptions.Log log = NamespaceOptions.DEFAULTS.log();
        private Overflow overflow = NamespaceOptions.DEFAULTS.overflow();
        private Access access = NamespaceOptions.DEFAULTS.access();
        private boolean clientPublish;
        private boolean cache;

        private Options(String name) {
            this.name = name;
        }

        public Options tailSize(int size) {
            tailSize = size;
            return this;
        }

        public Options historySize(int size) {
            historySize = size;
            return this;
        }

        public Options historyTtl(Duration ttl) {
            historyTtl = ttl;
            return this;
        }

        public Options durable() {
            log = NamespaceOptions.Log.DATABASE;
            return this;
        }

        public Options overflow(Overflow policy) {
            overflow = policy;
            return this;
        }

        public Options access(Access who) {
            access = who;
            return this;
        }

        public Options clientPublish() {
            clientPublish = true;
            return this;
        }

        public Options cache() {
            cache = true;
            return this;
        }

        public NamespaceOptions build() {
            return new NamespaceOptions(
                    name, tailSize, historySize, historyTtl, log, overflow, access, clientPublish, cache);
        }
    }
}
