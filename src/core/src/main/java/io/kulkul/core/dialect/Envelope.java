package io.kulkul.core.dialect;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One system's row of the dialect table: what its clients send, what they get, and what they are used to.
 *
 * @param name in the query, in settings and in metrics
 * @param incoming where a client's frame says what it asks
 * @param outgoing how the server's frames look; where an occasion has no row, nothing is sent
 * @param traits what differs from the settings
 */
record Envelope(String name, Incoming incoming, Map<Occasion, Frame> outgoing, DialectTraits traits) {

    Envelope {
        outgoing = Map.copyOf(outgoing);
        if (!outgoing.containsKey(Occasion.EVENT) || !outgoing.containsKey(Occasion.ERROR)) {
            throw new IllegalArgumentException(name + " needs a frame for events and one for errors");
        }
    }

    /** The frame of an occasion; null where nothing is sent. */
    @Nullable
    Frame frame(Occasion occasion) {
        return outgoing.get(occasion);
    }

    /** The frame of events. */
    Frame events() {
        return Objects.requireNonNull(outgoing.get(Occasion.EVENT));
    }

    /**
     * Where a client's frame says what it asks.
     *
     * @param verb the member that holds the verb
     * @param verbs what each verb asks; {@code {"type":"authenticate","token":…}} is understood beside them in every system
     * @param channel the path of members to the channel's name; empty where frames name none
     * @param id the member that comes back in the reply, or null where the system has none
     * @param publishing where {@link Verb#PUBLISH} finds what it needs; null where clients do not publish
     */
    record Incoming(
            String verb,
            Map<String, Verb> verbs,
            List<String> channel,
            @Nullable String id,
            @Nullable Publishing publishing) {

        Incoming {
            verbs = Map.copyOf(verbs);
            channel = List.copyOf(channel);
            if (channel.isEmpty() && verbs.values().stream().anyMatch(Verb::namesChannel)) {
                throw new IllegalArgumentException("a verb needs a channel, and frames name none: " + verbs);
            }
            if (publishing == null && verbs.containsValue(Verb.PUBLISH)) {
                throw new IllegalArgumentException("publish needs to know where the payload is");
            }
        }
    }

    /**
     * Where a client's event is in its frame.
     *
     * @param event the member that names it; it may be absent
     * @param unnamed what it is called where the member is absent
     * @param payload the member that holds the payload; it may not be absent
     */
    record Publishing(String event, String unnamed, String payload) {}

    /** What a client can ask in one of these systems. */
    enum Verb {
        SUBSCRIBE,
        UNSUBSCRIBE,
        PUBLISH,
        PING,
        PONG;

        boolean namesChannel() {
            return this == SUBSCRIBE || this == UNSUBSCRIBE || this == PUBLISH;
        }
    }

    /** When the server sends a frame. */
    enum Occasion {
        EVENT,
        /** The connection is open: before anything else. */
        CONNECTED,
        AUTHENTICATED,
        SUBSCRIBED,
        /** A subscription is over, because the client asked or because its token has ended. */
        UNSUBSCRIBED,
        PUBLISHED,
        /** Events were left out because the client is too slow. */
        GAP,
        /** The server is about to close the connection. */
        RECONNECT,
        /** The server's heartbeat. */
        PING,
        /** The answer to a client's ping. */
        PONG,
        ERROR
    }
}
