package io.kulkul.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.channel.NamespaceOptions.Overflow;
import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.Reply;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The frames of neurograph, as its design record and the dialect table say. */
class NeurographTest extends DialectContract {

    @Override
    Dialect dialect(Clock clock) {
        return spoken("neurograph", clock);
    }

    @Override
    Map<String, Command> asks() {
        return Map.of(
                "{'type':'subscribe','channel':'tokens'}", new Command.Subscribe(null, "tokens", null, null),
                "{'type':'subscribe','channel':'','id':7,'since':{'seq':1},'filter':{}}",
                        new Command.Subscribe(null, "", null, null),
                "{'type':'unsubscribe','channel':'tokens'}", new Command.Unsubscribe(null, "tokens"),
                "{'type':'ping'}", new Command.Ping(null));
    }

    @Override
    List<String> badRequests() {
        return List.of(
                "{'type':1}",
                "{'type':''}",
                "{'action':'ping'}",
                "{'type':'subscribe'}",
                "{'type':'subscribe','channel':null}",
                "{'type':'subscribe','channel':1}",
                "{'type':'subscribe','channel':['tokens']}",
                "{'type':'subscribe','topic':'tokens'}",
                "{'type':'unsubscribe'}",
                "[{'type':'ping'}]");
    }

    @Override
    String unknownVerb() {
        return "{'type':'publish','channel':'tokens','event':'e','payload':1}";
    }

    @Override
    Map<Reply, String> answers() {
        return Map.ofEntries(
                Map.entry(CONNECTED, NOTHING),
                Map.entry(AUTHENTICATED, NOTHING),
                Map.entry(SUBSCRIBED, "{'type':'subscribed','channel':'a:1'}"),
                Map.entry(UNSUBSCRIBED, "{'type':'unsubscribed','channel':'a:1'}"),
                Map.entry(EXPIRED, "{'type':'unsubscribed','channel':'a:1'}"),
                Map.entry(PUBLISHED, NOTHING),
                Map.entry(GAP, NOTHING),
                Map.entry(HISTORY, NOTHING),
                Map.entry(RECONNECT, NOTHING),
                Map.entry(PING, NOTHING),
                Map.entry(PONG, "{'type':'pong','timestamp':'2026-01-09T10:30:00.000Z'}"),
                Map.entry(FAILURE, "{'type':'error','code':'rate_limited','message':'slower'}"),
                Map.entry(INTERNAL, "{'type':'error','code':'internal','message':'internal error (c-9)'}"));
    }

    @Override
    String event(String correlation) {
        return "{'type':'happened','channel':'a:1','data':{'b':[1,null]}}";
    }

    @Test
    void itsLimits() {
        assertThat(dialect(clock()).traits())
                .isEqualTo(DialectTraits.with()
                        .pings(DialectTraits.Pings.WEBSOCKET)
                        .maxSubscriptions(10)
                        .messagesPerSecond(100)
                        .tailLag(100, Overflow.DROP_OLDEST)
                        .done());
    }
}
