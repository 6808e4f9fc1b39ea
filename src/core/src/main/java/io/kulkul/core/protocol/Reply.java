package io.kulkul.core.protocol;

import io.kulkul.api.Position;
import io.kulkul.core.eventlog.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the hub answers or announces, apart from events themselves. Times are milliseconds since the Unix epoch. */
public sealed interface Reply {

    /**
     * The first frame of a connection.
     *
     * @param connection the connection's id, which others may see
     * @param session an unguessable name of this connection that its client alone knows
     * @param heartbeat milliseconds between pings
     * @param channels subscribed by the query
     */
    record Connected(
            String connection,
            String session,
            String instance,
            String protocol,
            long heartbeat,
            Limits limits,
            @Nullable String user,
            @Nullable String tenant,
            List<String> channels)
            implements Reply {
        public Connected {
            channels = List.copyOf(channels);
        }
    }

    /** What the connection may do, so that a client need not find out by errors. */
    record Limits(int messageBytes, int subscriptions, int messagesPerSecond) {}

    record Authenticated(
            @Nullable String id, String user, @Nullable String tenant, long expires) implements Reply {}

    /**
     * A subscription has begun.
     *
     * @param head the newest event at that time; null for patterns and where the namespace keeps no history
     * @param recovered whether every event after {@code since} follows
     * @param replayed how many events of before follow
     */
    record Subscribed(
            @Nullable String id, String channel, @Nullable Position head, boolean recovered, int replayed)
            implements Reply {}

    record Unsubscribed(@Nullable String id, String channel, String reason) implements Reply {}

    record Published(
            @Nullable String id, String channel, @Nullable Position position, boolean duplicate) implements Reply {}

    /**
     * Events that were not sent on this connection.
     *
     * @param from the first of them
     * @param to the last of them
     * @param reason {@code slow} or {@code expired}
     */
    record Gap(String channel, long from, long to, String reason) implements Reply {}

    record History(@Nullable String id, String channel, Position head, List<Event> events) implements Reply {
        public History {
            events = List.copyOf(events);
        }
    }

    /**
     * The instance is about to close the connection.
     *
     * @param after milliseconds to wait before connecting again
     */
    record Reconnect(long after, String reason) implements Reply {}

    record Ping(long timestamp) implements Reply {}

    record Pong(@Nullable String id, long timestamp) implements Reply {}

    /**
     * A command was refused.
     *
     * @param message for people
     * @param retry milliseconds after which a second try may help, or 0
     * @param correlation of an internal error: the server's log has it too; else null
     */
    record Failure(
            @Nullable String id,
            ErrorCode code,
            String message,
            @Nullable String channel,
            long retry,
            @Nullable String correlation)
            implements Reply {

        /** An error about no particular channel. */
        public static Failure of(@Nullable String id, ErrorCode code, String message) {
            return new Failure(id, code, message, null, 0, null);
        }

        /** An error about a channel. */
        public static Failure of(@Nullable String id, ErrorCode code, String message, String channel) {
            return new Failure(id, code, message, channel, 0, null);
        }
    }
}
