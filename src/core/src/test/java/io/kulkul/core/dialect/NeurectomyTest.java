package io.kulkul.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.Reply;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The frames of neurectomy, as its design record and the dialect table say. */
class NeurectomyTest extends DialectContract {

    @Override
    Dialect dialect(Clock clock) {
        return spoken("neurectomy", clock);
    }

    @Override
    Map<String, Command> asks() {
        return Map.of(
                "{'type':'authenticate','token':'t','id':'m-1','timestamp':1704067200000}",
                new Command.Authenticate("m-1", "t"),
                "{'type':'subscribe','channel':'agent:1','id':'m-1','timestamp':1704067200000}",
                new Command.Subscribe("m-1", "agent:1", null, null),
                "{'type':'subscribe','channel':'agent:1','payload':null,'id':null}",
                new Command.Subscribe(null, "agent:1", null, null),
                "{'type':'unsubscribe','channel':'agent:1','id':'m-1'}",
                new Command.Unsubscribe("m-1", "agent:1"),
                "{'type':'publish','channel':'agent:1','payload':{'a':[1.0]},'id':'m-1','timestamp':1704067200000}",
                new Command.Publish("m-1", "agent:1", "message", "{\"a\":[1.0]}", null, null),
                "{'type':'publish','channel':'agent:1','event':'token','payload':null}",
                new Command.Publish(null, "agent:1", "token", "null", null, null),
                "{'type':'ping'}",
                new Command.Ping(null),
                "{'type':'ping','id':'m-1'}",
                new Command.Ping("m-1"));
    }

    @Override
    List<String> badRequests() {
        return List.of(
                "{'type':1}",
                "{'action':'ping'}",
                "{'type':'ping','id':1}",
                "{'type':'ping','id':'" + "x".repeat(129) + "'}",
                "{'type':'subscribe','id':'1'}",
                "{'type':'subscribe','channel':{}}",
                "{'type':'publish','payload':1}",
                "{'type':'publish','channel':1,'payload':1}",
                "{'type':'publish','channel':'agent:1'}",
                "{'type':'publish','channel':'agent:1','event':'','payload':1}",
                "{'type':'publish','channel':'agent:1','event':7,'payload':1}",
                "{'type':'publish','channel':'agent:1','event':'" + "x".repeat(256) + "','payload':1}",
                "[{'type':'ping'}]");
    }

    @Override
    String unknownVerb() {
        return "{'type':'history','id':'1','channel':'a'}";
    }

    @Override
    Map<Reply, String> answers() {
        return Map.ofEntries(
                Map.entry(CONNECTED, NOTHING),
                Map.entry(
                        AUTHENTICATED,
                        "{'type':'authenticated','id':'1','user':'alice','tenant':'acme','expires':1234}"),
                Map.entry(
                        SUBSCRIBED,
                        "{'type':'subscribed','id':'1','channel':'a:1','epoch':'epoch-1','seq':7,'recovered':true,"
                                + "'replayed':3}"),
                Map.entry(UNSUBSCRIBED, "{'type':'unsubscribed','id':'1','channel':'a:1','reason':'requested'}"),
                Map.entry(EXPIRED, "{'type':'unsubscribed','channel':'a:1','reason':'expired'}"),
                Map.entry(
                        PUBLISHED,
                        "{'type':'published','id':'1','channel':'a:1','epoch':'epoch-1','seq':7,'duplicate':false}"),
                Map.entry(GAP, "{'type':'gap','channel':'a:1','from':3,'to':5,'reason':'slow'}"),
                Map.entry(HISTORY, NOTHING),
                Map.entry(RECONNECT, "{'type':'reconnect','after':1500,'reason':'draining'}"),
                Map.entry(PING, NOTHING),
                Map.entry(PONG, "{'type':'pong','id':'1','timestamp':1767954600000}"),
                Map.entry(
                        FAILURE,
                        "{'type':'error','id':'1','code':'rate_limited','message':'slower','channel':'a:1','retry':100}"),
                Map.entry(
                        INTERNAL, "{'type':'error','code':'internal','message':'internal error','correlation':'c-9'}"));
    }

    @Override
    String event(String correlation) {
        return "{'type':'message','channel':'a:1','event':'happened','payload':{'b':[1,null]},'id':'0197-id',"
                + "'timestamp':1767954600000}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "-1.5e3", "true", "\"\"", "[ ]", "{ \"b\" : [1] }"})
    void anyJsonIsAPayload(String payload) {
        assertThat(dialect(clock())
                        .read("{\"type\":\"publish\",\"channel\":\"a\",\"event\":\"e\",\"payload\":" + payload + "}"))
                .containsExactly(new Command.Publish(null, "a", "e", payload, null, null));
    }

    @Test
    void itsLimits() {
        assertThat(dialect(clock()).traits())
                .returns(DialectTraits.Pings.WEBSOCKET, DialectTraits::pings)
                .returns(Duration.ofSeconds(30), DialectTraits::heartbeatInterval)
                .returns(50, DialectTraits::maxSubscriptions)
                .returns(5, DialectTraits::maxPerUser)
                .returns(100, DialectTraits::messagesPerSecond)
                .returns(1_048_576, DialectTraits::maxMessageBytes)
                .returns(2048, DialectTraits::tailLag)
                .returns(List.of(), DialectTraits::subscribedAtConnect)
                .returns(false, DialectTraits::acknowledgesAtConnect);
    }
}
