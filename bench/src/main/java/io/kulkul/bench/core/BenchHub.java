package io.kulkul.bench.core;

import io.kulkul.core.access.Revocations;
import io.kulkul.core.access.TokenSettings;
import io.kulkul.core.access.TokenVerifier;
import io.kulkul.core.channel.NamespaceOptions;
import io.kulkul.core.channel.NamespaceOptions.Access;
import io.kulkul.core.channel.Namespaces;
import io.kulkul.core.connection.ConnectionSettings;
import io.kulkul.core.connection.Meter;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.hub.Backends;
import io.kulkul.core.hub.Client;
import io.kulkul.core.hub.Handshake;
import io.kulkul.core.hub.Hub;
import io.kulkul.core.hub.HubSettings;
import io.kulkul.core.hub.Publication;
import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.hub.Threads;
import io.kulkul.core.protocol.Since;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A hub without a container whose clients need no token and read at once.
 *
 * <p>It is not started, so that no timer disturbs a measurement, and measures nothing itself. Confined to the measured thread.
 */
final class BenchHub {

    /** More than any benchmark needs. */
    private static final int MANY = 1_000_000;

    private final Steps steps = new Steps();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Hub hub;

    /**
     * Opens it.
     *
     * @param historySize see {@link NamespaceOptions}
     * @param tailSize see {@link NamespaceOptions}
     */
    BenchHub(int historySize, int tailSize) {
        TokenSettings tokens =
                new TokenSettings(null, null, null, null, Set.of(), Duration.ZERO, null, "tenant", "scope", Map.of());
        hub = new Hub(
                new HubSettings("bench", "kulkul", MANY, Duration.ofSeconds(5), Duration.ZERO),
                connectionSettings(),
                Map.of(),
                new Namespaces(options(historySize, tailSize), Map.of()),
                TokenVerifier.open(tokens, Clock.systemUTC()),
                new Revocations(tokens),
                Meter.NONE,
                Backends.none(),
                new Threads(steps, steps, steps, steps, steps, steps, timer),
                Clock.systemUTC(),
                System::nanoTime,
                new Random(1));
    }

    private static ConnectionSettings connectionSettings() {
        ConnectionSettings normal = ConnectionSettings.DEFAULTS;
        return new ConnectionSettings(
                normal.heartbeatInterval(),
                normal.heartbeatTimeout(),
                normal.writeTimeout(),
                normal.maxBlockedWriters(),
                normal.upgrade(),
                normal.readInterval(),
                normal.maxMessageBytes(),
                normal.maxSubscriptions(),
                MANY,
                MANY,
                MANY,
                MANY,
                MANY,
                normal.authenticationTimeout(),
                normal.maxPendingReplyBytes(),
                Set.of());
    }

    /** The defaults, but for everybody. */
    static NamespaceOptions options(int historySize, int tailSize) {
        NamespaceOptions normal = NamespaceOptions.DEFAULTS;
        return new NamespaceOptions(
                normal.name(),
                tailSize,
                historySize,
                normal.historyTtl(),
                normal.log(),
                normal.overflow(),
                Access.PUBLIC,
                normal.clientPublish(),
                normal.cache());
    }

    /** Connects a client that takes single frames or batches, by its subprotocol, and is subscribed to the channel. */
    Client connect(String subprotocol, String channel, AcceptingTransport transport) {
        return connect(subprotocol, channel, Map.of(), transport);
    }

    /** Connects a client that goes on after these positions. */
    Client connect(String subprotocol, String channel, Map<String, Since.After> since, AcceptingTransport transport) {
        Client client = hub.connect(new Handshake("", subprotocol, null, null, List.of(channel), since, 0), transport);
        steps.runAll();
        return client;
    }

    /** Publishes as a bean does; nothing is delivered before {@link #deliver}. */
    void publish(String channel, String payload) {
        try {
            hub.publishing()
                    .publish(new Publication(new ChannelId("", channel), "happened", payload, null, null, null));
        } catch (RefusedException e) {
            throw new IllegalStateException(e.code() + ": " + e.explanation(), e);
        }
    }

    /** Does what waits for any of the hub's threads: the fan-out and all writing. */
    void deliver() {
        steps.runAll();
    }

    void close() {
        timer.shutdownNow();
    }
}
