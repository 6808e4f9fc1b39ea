package io.kulkul.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.Reply;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The frames of phoenix-guardian, as its design record and the dialect table say. */
class PhoenixGuardianTest extends DialectContract {

    private static final String OF_COMMAND = ",'timestamp':'2026-01-09T10:30:00.007Z','correlation_id':'1'}";
    private static final String OF_NONE = ",'timestamp':'2026-01-09T10:30:00.007Z','correlation_id':null}";

    @Override
    Dialect dialect(Clock clock) {
        return spoken("phoenix-guardian", clock);
    }

    @Override
    Map<String, Command> asks() {
        return Map.of(
                "{'type':'subscribe','payload':{'channel':'threats','x':1}}",
                new Command.Subscribe(null, "threats", null, null),
                "{'type':'subscribe','payload':{'channel':'threats'},'timestamp':'2026-01-09T10:30:00',"
                        + "'correlation_id':'c-1'}",
                new Command.Subscribe("c-1", "threats", null, null),
                "{'type':'unsubscribe','payload':{'channel':'threats'},'correlation_id':null}",
                new Command.Unsubscribe(null, "threats"),
                "{'type':'ping','payload':{}}",
                new Command.Ping(null),
                "{'type':'ping'}",
                new Command.Ping(null),
                "{'type':'pong','payload':null,'timestamp':null,'correlation_id':null}",
                new Command.Pong(null));
    }

    @Override
    List<String> badRequests() {
        return List.of(
                "{'type':1}",
                "{'type':'ping','correlation_id':1}",
                "{'type':'subscribe'}",
                "{'type':'subscribe','channel':'threats'}",
                "{'type':'subscribe','payload':null}",
                "{'type':'subscribe','payload':'threats'}",
                "{'type':'subscribe','payload':['threats']}",
                "{'type':'subscribe','payload':{}}",
                "{'type':'subscribe','payload':{'channel':null}}",
                "{'type':'subscribe','payload':{'channel':1}}",
                "{'type':'unsubscribe','payload':{'channel':{}}}",
                "[{'type':'ping'}]");
    }

    @Override
    String unknownVerb() {
        return "{'type':'threat.detected','payload':{},'timestamp':'2026-01-09T10:30:00Z','correlation_id':null}";
    }

    @Override
    Map<Reply, String> answers() {
        return Map.ofEntries(
                Map.entry(CONNECTED, NOTHING),
                Map.entry(AUTHENTICATED, NOTHING),
                Map.entry(SUBSCRIBED, "{'type':'subscribed','payload':{'channel':'a:1'}" + OF_COMMAND),
                Map.entry(UNSUBSCRIBED, "{'type':'unsubscribed','payload':{'channel':'a:1'}" + OF_COMMAND),
                Map.entry(EXPIRED, "{'type':'unsubscribed','payload':{'channel':'a:1'}" + OF_NONE),
                Map.entry(PUBLISHED, NOTHING),
                Map.entry(GAP, NOTHING),
                Map.entry(HISTORY, NOTHING),
                Map.entry(RECONNECT, NOTHING),
                Map.entry(
                        PING,
                        "{'type':'ping','payload':null,'timestamp':'2026-01-09T10:30:00.000Z','correlation_id':null}"),
                Map.entry(
                        PONG,
                        "{'type':'pong','payload':null,'timestamp':'2026-01-09T10:30:00.000Z','correlation_id':'1'}"),
                Map.entry(FAILURE, "{'type':'error','payload':{'code':'rate_limited','message':'slower'}" + OF_COMMAND),
                Map.entry(
                        INTERNAL,
                        "{'type':'error','payload':{'code':'internal','message':'internal error (c-9)'}" + OF_NONE));
    }

    @Override
    String event(String correlation) {
        return "{'type':'happened','payload':{'b':[1,null]},'timestamp':'2026-01-09T10:30:00.000Z','correlation_id':"
                + correlation + "}";
    }

    @Test
    void itsClientsHearTheTenantAndTheirOwnChannelWithoutAsking() {
        assertThat(dialect(clock()).traits())
                .isEqualTo(DialectTraits.with()
                        .subscribedAtConnect("broadcast", "user:me")
                        .done());
    }
}
