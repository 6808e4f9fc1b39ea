package io.kulkul.core.connection;

import java.time.Duration;
import java.util.Set;

/**
 * The settings {@code kulkul.connection.*}.
 *
 * @param heartbeatInterval how often a ping is sent; 1 s to 1 h, default 25 s
 * @param heartbeatTimeout after how long without any frame from the client it is closed with 4408; above the interval, default 60 s
 * @param writeTimeout after how long a write that makes no progress ends the connection; 1 s to 5 min, default 10 s
 * @param maxBlockedWriters how many threads may wait for clients that do not read, before all writes are asynchronous, which costs more;
 *     0 to 100,000, default 256
 * @param upgrade whether WebSockets are the hub's own on upgraded HTTP connections, instead of the container's; default false
 * @param readInterval how often a client that sends all the time is read, where {@code upgrade} is so; 0 to 100 ms, 0: whenever something
 *     comes, default 1 ms
 * @param maxMessageBytes the longest message a client may send, in bytes of UTF-8; 1,024 to 16 MiB, default 524,288
 * @param maxSubscriptions per connection; 1 to 100,000, default 50
 * @param maxPerUser connections per user on this instance; 1 to 1,000,000, default 5; administrators are exempt
 * @param maxTotal connections on this instance, refused with 1013 above it; 1 to 1,000,000, default 20,000
 * @param maxUnauthenticated connections without a token and without anything public; above it the one that has waited longest is closed with
 *     1013; 1 to 1,000,000, default 10,000
 * @param messagesPerSecond what a client may send over time; 1 to 1,000,000, default 100; administrators are exempt
 * @param messageBurst what a client may send at once; at least 1, default 200
 * @param authenticationTimeout how long a connection may stay without a token, unless it uses public namespaces only; 1 s to 5 min,
 *     default 10 s
 * @param maxPendingReplyBytes the bytes of replies that may wait for a client that does not read them; above it 4413; 65,536 to
 *     64 MiB, default 1 MiB
 * @param allowedOrigins beside the same origin: exact ({@code https://app.example.org}) or by a leading wildcard
 *     ({@code https://*.example.org}), or {@code *} for any; default none
 */
public record ConnectionSettings(
        Duration heartbeatInterval,
        Duration heartbeatTimeout,
        Duration writeTimeout,
        int maxBlockedWriters,
        boolean upgrade,
        Duration readInterval,
        int maxMessageBytes,
        int maxSubscriptions,
        int maxPerUser,
        int maxTotal,
        int maxUnauthenticated,
        int messagesPerSecond,
        int messageBurst,
        Duration authenticationTimeout,
        int maxPendingReplyBytes,
        Set<String> allowedOrigins) {

    /** What holds where nothing is configured. */
    public static final ConnectionSettings DEFAULTS = new ConnectionSettings(
            Duration.ofSeconds(25),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            256,
            false,
            Duration.ofMillis(1),
            524_288,
            50,
            5,
            20_000,
            10_000,
            100,
            200,
            Duration.ofSeconds(10),
            1_048_576,
            Set.of());

    public ConnectionSettings {
        allowedOrigins = Set.copyOf(allowedOrigins);
    }
}
