package io.kulkul.core.dialect;

import static io.kulkul.core.dialect.Frame.fact;
import static io.kulkul.core.dialect.Frame.object;
import static io.kulkul.core.dialect.Frame.text;

import io.kulkul.core.dialect.DialectTraits.Pings;
import io.kulkul.core.dialect.Envelope.Incoming;
import io.kulkul.core.dialect.Envelope.Occasion;
import io.kulkul.core.dialect.Envelope.Verb;
import io.kulkul.core.dialect.Frame.Fact;
import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.Reply;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A sixth system, made up: what docs/migrating.md shows of how one is added. */
class LighthouseTest extends DialectContract {

    private static final Envelope LIGHTHOUSE = new Envelope(
            "lighthouse",
            new Incoming(
                    "op",
                    Map.of("join", Verb.SUBSCRIBE, "leave", Verb.UNSUBSCRIBE, "alive", Verb.PING),
                    List.of("room"),
                    "ref",
                    null),
            Map.of(
                    Occasion.EVENT,
                    Frame.of(
                            text("op", "signal"),
                            fact("room", Fact.CHANNEL),
                            fact("name", Fact.EVENT),
                            fact("body", Fact.PAYLOAD),
                            object("meta", fact("n", Fact.SEQ), fact("at", Fact.ISO_TIME))),
                    Occasion.SUBSCRIBED,
                    Frame.of(text("op", "joined"), fact("room", Fact.CHANNEL), fact("ref", Fact.ID)),
                    Occasion.PONG,
                    Frame.of(text("op", "alive"), fact("ref", Fact.ID)),
                    Occasion.ERROR,
                    Frame.of(text("op", "trouble"), fact("code", Fact.CODE), fact("ref", Fact.ID))),
            DialectTraits.with()
                    .pings(Pings.WEBSOCKET)
                    .heartbeatInterval(Duration.ofSeconds(15))
                    .maxSubscriptions(20)
                    .done());

    @Override
    Dialect dialect(Clock clock) {
        return new EnvelopeDialect(LIGHTHOUSE, clock);
    }

    @Override
    Map<String, Command> asks() {
        return Map.of(
                "{'op':'join','room':'harbour','ref':'1'}", new Command.Subscribe("1", "harbour", null, null),
                "{'op':'leave','room':'harbour'}", new Command.Unsubscribe(null, "harbour"),
                "{'op':'alive'}", new Command.Ping(null));
    }

    @Override
    List<String> badRequests() {
        return List.of("{'op':1}", "{'op':'join'}", "{'op':'join','room':7}", "{'op':'alive','ref':7}");
    }

    @Override
    String unknownVerb() {
        return "{'op':'sink'}";
    }

    @Override
    Map<Reply, String> answers() {
        return Map.ofEntries(
                Map.entry(CONNECTED, NOTHING),
                Map.entry(AUTHENTICATED, NOTHING),
                Map.entry(SUBSCRIBED, "{'op':'joined','room':'a:1','ref':'1'}"),
                Map.entry(UNSUBSCRIBED, NOTHING),
                Map.entry(EXPIRED, NOTHING),
                Map.entry(PUBLISHED, NOTHING),
                Map.entry(GAP, NOTHING),
                Map.entry(HISTORY, NOTHING),
                Map.entry(RECONNECT, NOTHING),
                Map.entry(PING, NOTHING),
                Map.entry(PONG, "{'op':'alive','ref':'1'}"),
                Map.entry(FAILURE, "{'op':'trouble','code':'rate_limited','ref':'1'}"),
                Map.entry(INTERNAL, "{'op':'trouble','code':'internal'}"));
    }

    @Override
    String event(String correlation) {
        return "{'op':'signal','room':'a:1','name':'happened','body':{'b':[1,null]},"
                + "'meta':{'n':7,'at':'2026-01-09T10:30:00.000Z'}}";
    }
}
