package io.kulkul.core.dialect;

import io.kulkul.core.channel.NamespaceOptions.Overflow;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the clients of a dialect are used to beside the look of frames: the presets of {@code kulkul.dialect."NAME".*}. Where a value is null,
 * the settings {@code kulkul.connection.*} and {@code kulkul.namespace.*} hold.
 *
 * @param pings what the server's heartbeat is made of
 * @param heartbeatInterval how often a client is pinged
 * @param heartbeatTimeout how long a client may leave pings unanswered
 * @param subscribedAtConnect what a client is subscribed to without asking, beside what its query names
 * @param takesWhatIsAddressed whether a client is sent what is published to its tenant as a whole and to its user without being subscribed to
 *     it; where not, only what {@code subscribedAtConnect} names
 * @param acknowledgesAtConnect whether subscriptions that begin with the connection get their {@code subscribed} frame
 * @param maxSubscriptions per connection
 * @param messagesPerSecond what a client may send over time
 * @param maxMessageBytes the longest message a client may send, in bytes of UTF-8
 * @param maxPerUser connections per user
 * @param tailLag how many events a client may be behind
 * @param overflow what happens to a client that is further behind
 * @param replayAtReconnect how many of a channel's newest events a client that comes back is sent where it cannot say which one it has,
 *     because the system's frames carry no position; null for none
 */
public record DialectTraits(
        Pings pings,
        @Nullable Duration heartbeatInterval,
        @Nullable Duration heartbeatTimeout,
        List<String> subscribedAtConnect,
        boolean takesWhatIsAddressed,
        boolean acknowledgesAtConnect,
        @Nullable Integer maxSubscriptions,
        @Nullable Integer messagesPerSecond,
        @Nullable Integer maxMessageBytes,
        @Nullable Integer maxPerUser,
        @Nullable Integer tailLag,
        @Nullable Overflow overflow,
        @Nullable Integer replayAtReconnect) {

    /** The settings hold for everything, as in the native dialect. */
    public static final DialectTraits NONE =
            with().takesWhatIsAddressed().acknowledgesAtConnect().done();

    public DialectTraits {
        subscribedAtConnect = List.copyOf(subscribedAtConnect);
    }

    /** What the server's heartbeat is made of. */
    public enum Pings {
        /** Frames of the protocol, and WebSocket pings until the client has answered one of the former. */
        BOTH,
        /** Frames of the protocol alone: an answer to a WebSocket ping, which a client's library gives by itself, proves nothing. */
        FRAMES,
        /** WebSocket pings alone, which the client's code never sees. */
        WEBSOCKET
    }

    /** Begins a row in which nothing differs from the settings but that nothing is acknowledged at connect. */
    static Builder with() {
        return new Builder();
    }

    /** Collects what differs from the settings. */
    static final class Builder {
        private Pings pings = Pings.BOTH;
        private @Nullable Duration heartbeatInterval;
        private @Nullable Duration heartbeatTimeout;
        private List<String> subscribedAtConnect = List.of();
        private boolean takesWhatIsAddressed;
        private boolean acknowledgesAtConnect;
        private @Nullable Integer maxSubscriptions;
        private @Nullable Integer messagesPerSecond;
        private @Nullable Integer maxMessageBytes;
        private @Nullable Integer maxPerUser;
        private @Nullable Integer tailLag;
        private @Nullable Overflow overflow;
        private @Nullable Integer replayAtReconnect;

        Builder pings(Pings kind) {
            pings = kind;
            return this;
        }

        Builder heartbeatInterval(Duration interval) {
            heartbeatInterval = interval;
            return this;
        }

        Builder heartbeatTimeout(Duration timeout) {
            heartbeatTimeout = timeout;
            return this;
        }

        Builder subscribedAtConnect(String... channels) {
            subscribedAtConnect = List.of(channels);
            return this;
        }

        Builder takesWhatIsAddressed() {
            takesWhatIsAddressed = true;
            return this;
        }

        Builder acknowledgesAtConnect() {
            acknowledgesAtConnect = true;
            return this;
        }

        Builder maxSubscriptions(int perConnection) {
            maxSubscriptions = perConnection;
            return this;
        }

        Builder messagesPerSecond(int messages) {
            messagesPerSecond = messages;
            return this;
        }

        Builder maxMessageBytes(int bytes) {
            maxMessageBytes = bytes;
            return this;
        }

        Builder maxPerUser(int connections) {
            maxPerUser = connections;
            return this;
        }

        Builder tailLag(int events, Overflow then) {
            tailLag = events;
            overflow = then;
            return this;
        }

        Builder replayAtReconnect(int events) {
            replayAtReconnect = events;
            return this;
        }

        DialectTraits done() {
            return new DialectTraits(
                    pings,
                    heartbeatInterval,
                    heartbeatTimeout,
                    subscribedAtConnect,
                    takesWhatIsAddressed,
                    acknowledgesAtConnect,
                    maxSubscriptions,
                    messagesPerSecond,
                    maxMessageBytes,
                    maxPerUser,
                    tailLag,
                    overflow,
                    replayAtReconnect);
        }
    }
}
