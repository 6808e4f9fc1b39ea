package io.kulkul.core.connection;

import io.kulkul.core.channel.NamespaceOptions;
import io.kulkul.core.channel.NamespaceOptions.Overflow;
import io.kulkul.core.dialect.DialectTraits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What holds for the connections of one dialect: the settings of all connections, with the dialect's own in their place.
 *
 * @param connection what would be {@code kulkul.connection.*}
 * @param tailLag {@code kulkul.dialect."NAME".tail-lag}: how many events a client may be behind in a channel; 0 leaves it to the
 *     namespace's tail, which bounds it in any case
 * @param overflow {@code kulkul.dialect."NAME".overflow}: what happens to a client that is further behind; null leaves it to the namespace
 * @param replayAtReconnect {@code kulkul.dialect."NAME".replay-at-reconnect}: how many of a channel's newest events a user is sent again
 *     who subscribes to it another time without a position; 0 for none
 */
public record DialectSettings(
        ConnectionSettings connection,
        int tailLag,
        @Nullable Overflow overflow,
        int replayAtReconnect) {

    /** What holds where nothing is configured for the dialect. */
    public static DialectSettings of(ConnectionSettings general, DialectTraits traits) {
        return new DialectSettings(
                connection(general, traits),
                traits.tailLag() == null ? 0 : traits.tailLag(),
                traits.overflow(),
                traits.replayAtReconnect() == null ? 0 : traits.replayAtReconnect());
    }

    private static ConnectionSettings connection(ConnectionSettings general, DialectTraits traits) {
        Duration interval = or(traits.heartbeatInterval(), general.heartbeatInterval());
        Duration timeout = or(traits.heartbeatTimeout(), general.heartbeatTimeout());
        Integer perSecond = traits.messagesPerSecond();
        return new ConnectionSettings(
                interval,
                timeout.compareTo(interval) > 0 ? timeout : interval.multipliedBy(2),
                general.writeTimeout(),
                general.maxBlockedWriters(),
                general.upgrade(),
                general.readInterval(),
                or(traits.maxMessageBytes(), general.maxMessageBytes()),
                or(traits.maxSubscriptions(), general.maxSubscriptions()),
                or(traits.maxPerUser(), general.maxPerUser()),
                general.maxTotal(),
                general.maxUnauthenticated(),
                or(perSecond, general.messagesPerSecond()),
                perSecond == null ? general.messageBurst() : 2 * perSecond,
                general.authenticationTimeout(),
                general.maxPendingReplyBytes(),
                general.allowedOrigins());
    }

    private static <T> T or(@Nullable T own, T general) {
        return own == null ? general : own;
    }

    /** How many events a client may be behind in a channel of this namespace. */
    int maxLag(NamespaceOptions options) {
        return tailLag == 0 ? options.tailSize() : Math.min(tailLag, options.tailSize());
    }

    /** Whether a client that is further behind is let go. */
    boolean disconnects(NamespaceOptions options) {
        return (overflow == null ? options.overflow() : overflow) == Overflow.DISCONNECT;
    }
}
