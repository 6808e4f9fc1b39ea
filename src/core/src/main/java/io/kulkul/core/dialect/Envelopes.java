package io.kulkul.core.dialect;

import static io.kulkul.core.dialect.Frame.asNative;
import static io.kulkul.core.dialect.Frame.fact;
import static io.kulkul.core.dialect.Frame.factOrNull;
import static io.kulkul.core.dialect.Frame.nothing;
import static io.kulkul.core.dialect.Frame.object;
import static io.kulkul.core.dialect.Frame.text;

import io.kulkul.core.channel.NamespaceOptions.Overflow;
import io.kulkul.core.dialect.DialectTraits.Pings;
import io.kulkul.core.dialect.Envelope.Incoming;
import io.kulkul.core.dialect.Envelope.Occasion;
import io.kulkul.core.dialect.Envelope.Publishing;
import io.kulkul.core.dialect.Envelope.Verb;
import io.kulkul.core.dialect.Frame.Fact;
import io.kulkul.core.dialect.Frame.Member;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The rows of the systems whose clients connect unchanged. What a system never had is no row here, so that its clients never see it. */
final class Envelopes {

    private static final Envelope NEUROGRAPH = new Envelope(
            "neurograph",
            new Incoming(
                    "type",
                    Map.of("subscribe", Verb.SUBSCRIBE, "unsubscribe", Verb.UNSUBSCRIBE, "ping", Verb.PING),
                    List.of("channel"),
                    null,
                    null),
            Map.of(
                    Occasion.EVENT,
                    Frame.of(fact("type", Fact.EVENT), fact("channel", Fact.CHANNEL), fact("data", Fact.PAYLOAD)),
                    Occasion.SUBSCRIBED,
                    Frame.of(text("type", "subscribed"), fact("channel", Fact.CHANNEL)),
                    Occasion.UNSUBSCRIBED,
                    Frame.of(text("type", "unsubscribed"), fact("channel", Fact.CHANNEL)),
                    Occasion.PONG,
                    Frame.of(text("type", "pong"), fact("timestamp", Fact.ISO_TIME)),
                    Occasion.ERROR,
                    Frame.of(text("type", "error"), fact("code", Fact.CODE), fact("message", Fact.MESSAGE))),
            DialectTraits.with()
                    .pings(Pings.WEBSOCKET)
                    .maxSubscriptions(10)
                    .messagesPerSecond(100)
                    .tailLag(100, Overflow.DROP_OLDEST)
                    .done());

    private static final Envelope NEURECTOMY = new Envelope(
            "neurectomy",
            new Incoming(
                    "type",
                    Map.of(
                            "subscribe",
                            Verb.SUBSCRIBE,
                            "unsubscribe",
                            Verb.UNSUBSCRIBE,
                            "publish",
                            Verb.PUBLISH,
                            "ping",
                            Verb.PING),
                    List.of("channel"),
                    "id",
                    // The system's own frames name no event: they say that there is a message.
                    new Publishing("event", "message", "payload")),
            Map.of(
                    Occasion.EVENT,
                    Frame.of(
                            text("type", "message"),
                            fact("channel", Fact.CHANNEL),
                            fact("event", Fact.EVENT),
                            fact("payload", Fact.PAYLOAD),
                            fact("id", Fact.ID),
                            fact("timestamp", Fact.MILLIS)),
                    Occasion.AUTHENTICATED,
                    asNative(),
                    Occasion.SUBSCRIBED,
                    asNative(),
                    Occasion.UNSUBSCRIBED,
                    asNative(),
                    Occasion.PUBLISHED,
                    asNative(),
                    Occasion.GAP,
                    asNative(),
                    Occasion.RECONNECT,
                    asNative(),
                    Occasion.PONG,
                    asNative(),
                    Occasion.ERROR,
                    asNative()),
            DialectTraits.with()
                    .pings(Pings.WEBSOCKET)
                    .heartbeatInterval(Duration.ofSeconds(30))
                    .maxSubscriptions(50)
                    .messagesPerSecond(100)
                    .maxMessageBytes(1_048_576)
                    .maxPerUser(5)
                    // A conversation is streamed in thousands of small messages, and none of them may be left out.
                    .tailLag(2048, Overflow.DROP_OLDEST)
                    .replayAtReconnect(100)
                    .done());

    private static final Envelope PULSE_RADAR = new Envelope(
            "pulse-radar",
            new Incoming(
                    "action",
                    Map.of("subscribe", Verb.SUBSCRIBE, "unsubscribe", Verb.UNSUBSCRIBE, "pong", Verb.PONG),
                    List.of("topic"),
                    null,
                    null),
            Map.of(
                    Occasion.EVENT,
                    Frame.of(
                            fact("topic", Fact.CHANNEL),
                            fact("event", Fact.EVENT),
                            fact("data", Fact.PAYLOAD),
                            fact("_seq", Fact.SEQ)),
                    Occasion.CONNECTED,
                    Frame.of(
                            text("type", "connection"),
                            object(
                                    "data",
                                    text("status", "connected"),
                                    fact("connectionId", Fact.CONNECTION),
                                    fact("topics", Fact.CHANNELS))),
                    Occasion.SUBSCRIBED,
                    Frame.of(text("type", "subscribed"), fact("topic", Fact.CHANNEL)),
                    Occasion.UNSUBSCRIBED,
                    Frame.of(text("type", "unsubscribed"), fact("topic", Fact.CHANNEL)),
                    Occasion.PING,
                    Frame.of(text("type", "ping"), fact("ts", Fact.MILLIS)),
                    Occasion.ERROR,
                    Frame.of(
                            text("type", "error"),
                            object("data", fact("code", Fact.CODE), fact("message", Fact.MESSAGE)))),
            DialectTraits.with()
                    .pings(Pings.FRAMES)
                    .heartbeatInterval(Duration.ofSeconds(20))
                    .heartbeatTimeout(Duration.ofSeconds(30))
                    .done());

    private static final Envelope PHOENIX_GUARDIAN = new Envelope(
            "phoenix-guardian",
            new Incoming(
                    "type",
                    Map.of(
                            "subscribe",
                            Verb.SUBSCRIBE,
                            "unsubscribe",
                            Verb.UNSUBSCRIBE,
                            "ping",
                            Verb.PING,
                            "pong",
                            Verb.PONG),
                    List.of("payload", "channel"),
                    "correlation_id",
                    null),
            Map.of(
                    Occasion.EVENT,
                    phoenix(fact("type", Fact.EVENT), fact("payload", Fact.PAYLOAD)),
                    Occasion.SUBSCRIBED,
                    phoenix(text("type", "subscribed"), object("payload", fact("channel", Fact.CHANNEL))),
                    Occasion.UNSUBSCRIBED,
                    phoenix(text("type", "unsubscribed"), object("payload", fact("channel", Fact.CHANNEL))),
                    Occasion.PING,
                    phoenix(text("type", "ping"), nothing("payload")),
                    Occasion.PONG,
                    phoenix(text("type", "pong"), nothing("payload")),
                    Occasion.ERROR,
                    phoenix(
                            text("type", "error"),
                            object("payload", fact("code", Fact.CODE), fact("message", Fact.MESSAGE)))),
            DialectTraits.with().subscribedAtConnect("broadcast", "user:me").done());

    private static final Envelope CARTOGRAPHUS = new Envelope(
            "cartographus",
            new Incoming("type", Map.of("ping", Verb.PING, "pong", Verb.PONG), List.of(), null, null),
            Map.of(
                    Occasion.EVENT,
                    Frame.of(fact("type", Fact.EVENT), fact("data", Fact.PAYLOAD)),
                    Occasion.PONG,
                    Frame.of(text("type", "pong"), nothing("data")),
                    Occasion.ERROR,
                    Frame.of(
                            text("type", "error"),
                            object("data", fact("code", Fact.CODE), fact("message", Fact.MESSAGE)))),
            DialectTraits.with()
                    .pings(Pings.WEBSOCKET)
                    .heartbeatInterval(Duration.ofSeconds(54))
                    .heartbeatTimeout(Duration.ofSeconds(60))
                    .subscribedAtConnect("broadcast")
                    .maxMessageBytes(524_288)
                    .tailLag(256, Overflow.DISCONNECT)
                    .done());

    /** All of them. */
    static final List<Envelope> ALL = List.of(NEUROGRAPH, NEURECTOMY, PULSE_RADAR, PHOENIX_GUARDIAN, CARTOGRAPHUS);

    private Envelopes() {}

    /** Every frame of this system has the same four members. */
    private static Frame phoenix(Member type, Member payload) {
        return Frame.of(
                type, payload, fact("timestamp", Fact.ISO_TIME), factOrNull("correlation_id", Fact.CORRELATION));
    }
}
