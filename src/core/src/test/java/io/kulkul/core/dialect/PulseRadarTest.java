package io.kulkul.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.Reply;
import io.kulkul.core.testkit.JsonTexts;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The frames of pulse-radar, as its design record and the dialect table say. */
class PulseRadarTest extends DialectContract {

    @Override
    Dialect dialect(Clock clock) {
        return spoken("pulse-radar", clock);
    }

    @Override
    Map<String, Command> asks() {
        return Map.of(
                "{'action':'subscribe','topic':'metrics'}", new Command.Subscribe(null, "metrics", null, null),
                "{'action':'subscribe','topic':'metrics','type':'authenticate','token':'t'}",
                        new Command.Subscribe(null, "metrics", null, null),
                "{'action':'unsubscribe','topic':'tasks','id':{}}", new Command.Unsubscribe(null, "tasks"),
                "{'action':'pong'}", new Command.Pong(null),
                "{'action':null,'type':'authenticate','token':'t'}", new Command.Authenticate(null, "t"));
    }

    @Override
    List<String> badRequests() {
        return List.of(
                "{'action':1}",
                "{'action':''}",
                "{'type':'subscribe','topic':'metrics'}",
                "{'type':'pong'}",
                "{'action':'subscribe'}",
                "{'action':'subscribe','topic':null}",
                "{'action':'subscribe','topic':{}}",
                "{'action':'subscribe','channel':'metrics'}",
                "{'action':'unsubscribe','topic':2}",
                "[{'action':'pong'}]");
    }

    @Override
    String unknownVerb() {
        return "{'action':'publish','topic':'metrics','data':1}";
    }

    @Override
    Map<Reply, String> answers() {
        return Map.ofEntries(
                Map.entry(
                        CONNECTED,
                        "{'type':'connection','data':{'status':'connected','connectionId':'e51e5112',"
                                + "'topics':['a:1','b']}}"),
                Map.entry(AUTHENTICATED, NOTHING),
                Map.entry(SUBSCRIBED, "{'type':'subscribed','topic':'a:1'}"),
                Map.entry(UNSUBSCRIBED, "{'type':'unsubscribed','topic':'a:1'}"),
                Map.entry(EXPIRED, "{'type':'unsubscribed','topic':'a:1'}"),
                Map.entry(PUBLISHED, NOTHING),
                Map.entry(GAP, NOTHING),
                Map.entry(HISTORY, NOTHING),
                Map.entry(RECONNECT, NOTHING),
                Map.entry(PING, "{'type':'ping','ts':1767954600000}"),
                Map.entry(PONG, NOTHING),
                Map.entry(FAILURE, "{'type':'error','data':{'code':'rate_limited','message':'slower'}}"),
                Map.entry(INTERNAL, "{'type':'error','data':{'code':'internal','message':'internal error (c-9)'}}"));
    }

    @Override
    String event(String correlation) {
        return "{'topic':'a:1','event':'happened','data':{'b':[1,null]},'_seq':7}";
    }

    @Test
    void aTopicThatKeepsNoHistoryHasNoSeq() {
        assertThat(JsonTexts.parsed(happened("1", null, false)
                        .encoded(dialect(clock()).events(null))
                        .text()))
                .isEqualTo(JsonTexts.object("{'topic':'a:1','event':'happened','data':1}"));
    }

    @Test
    void aConnectionWithoutTopicsListsNone() {
        Reply connected = new Reply.Connected("c", "s", "i", "p", 1, new Reply.Limits(1, 2, 3), null, null, List.of());

        assertThat(dialect(clock()).write(connected))
                .isEqualTo(JsonTexts.json(
                        "{'type':'connection','data':{'status':'connected','connectionId':'00000063','topics':[]}}"));
    }

    @Test
    void itsLimits() {
        assertThat(dialect(clock()).traits())
                .isEqualTo(DialectTraits.with()
                        .pings(DialectTraits.Pings.FRAMES)
                        .heartbeatInterval(Duration.ofSeconds(20))
                        .heartbeatTimeout(Duration.ofSeconds(30))
                        .done());
    }
}
