package io.kulkul.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.channel.NamespaceOptions.Overflow;
import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.Reply;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The frames of cartographus, as its design record and the dialect table say. */
class CartographusTest extends DialectContract {

    @Override
    Dialect dialect(Clock clock) {
        return spoken("cartographus", clock);
    }

    @Override
    Map<String, Command> asks() {
        return Map.of(
                "{'type':'ping','data':null}", new Command.Ping(null),
                "{'type':'ping','id':1}", new Command.Ping(null),
                "{'type':'pong','data':null}", new Command.Pong(null));
    }

    @Override
    List<String> badRequests() {
        return List.of("{'type':1}", "{'action':'ping'}", "{'data':null}", "[{'type':'ping'}]");
    }

    @Override
    String unknownVerb() {
        return "{'type':'subscribe','channel':'broadcast'}";
    }

    @Override
    Map<Reply, String> answers() {
        return Map.ofEntries(
                Map.entry(CONNECTED, NOTHING),
                Map.entry(AUTHENTICATED, NOTHING),
                Map.entry(SUBSCRIBED, NOTHING),
                Map.entry(UNSUBSCRIBED, NOTHING),
                Map.entry(EXPIRED, NOTHING),
                Map.entry(PUBLISHED, NOTHING),
                Map.entry(GAP, NOTHING),
                Map.entry(HISTORY, NOTHING),
                Map.entry(RECONNECT, NOTHING),
                Map.entry(PING, NOTHING),
                Map.entry(PONG, "{'type':'pong','data':null}"),
                Map.entry(FAILURE, "{'type':'error','data':{'code':'rate_limited','message':'slower'}}"),
                Map.entry(INTERNAL, "{'type':'error','data':{'code':'internal','message':'internal error (c-9)'}}"));
    }

    @Override
    String event(String correlation) {
        return "{'type':'happened','data':{'b':[1,null]}}";
    }

    @Test
    void itsLimits() {
        assertThat(dialect(clock()).traits())
                .isEqualTo(DialectTraits.with()
                        .pings(DialectTraits.Pings.WEBSOCKET)
                        .heartbeatInterval(Duration.ofSeconds(54))
                        .heartbeatTimeout(Duration.ofSeconds(60))
                        .subscribedAtConnect("broadcast")
                        .maxMessageBytes(524_288)
                        .tailLag(256, Overflow.DISCONNECT)
                        .done());
    }
}
