package io.kulkul.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.api.Position;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.protocol.ErrorCode;
import io.kulkul.core.protocol.Reply;
import io.kulkul.core.subscription.ChannelPattern;
import io.kulkul.core.testkit.JsonTexts;
import jakarta.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The frames that the server sends, member by member as {@code protocol.md} lists them. */
class NativeDialectTest {

    private final NativeDialect dialect = new NativeDialect();

    private void assertFrame(Reply reply, String expected) {
        assertThat((JsonObject) JsonTexts.parsed(dialect.write(reply))).isEqualTo(JsonTexts.object(expected));
    }

    private static Event event(boolean positioned, String payload) {
        Draft draft = new Draft(new ChannelId("acme", "a:1"), "happened", payload, "0197-id", "key", "c-1", "alice");
        return new Event(draft, "epoch-1", 7, positioned, 1234, 99, 5);
    }

    private JsonObject message(Event event, ChannelPattern pattern) {
        return JsonTexts.parsed(event.encoded(dialect.events(pattern)).text()).asJsonObject();
    }

    @Test
    void connected() {
        assertFrame(
                new Reply.Connected(
                        "c",
                        "s",
                        "i",
                        "kulkul.v1",
                        25_000,
                        new Reply.Limits(1, 2, 3),
                        "alice",
                        "acme",
                        List.of("a", "b:*")),
                "{'type':'connected','connection':'c','session':'s','instance':'i','protocol':'kulkul.v1','heartbeat':25000,"
                        + "'limits':{'messageBytes':1,'subscriptions':2,'messagesPerSecond':3},'user':'alice','tenant':'acme',"
                        + "'channels':['a','b:*']}");
    }

    @Test
    void authenticated() {
        assertFrame(
                new Reply.Authenticated("1", "alice", "acme", 1234),
                "{'type':'authenticated','id':'1','user':'alice','tenant':'acme','expires':1234}");
        assertFrame(
                new Reply.Authenticated(null, "alice", null, 1234),
                "{'type':'authenticated','user':'alice','expires':1234}");
    }

    @Test
    void subscribed() {
        assertFrame(
                new Reply.Subscribed("1", "a", new Position("e", 7), true, 3),
                "{'type':'subscribed','id':'1','channel':'a','epoch':'e','seq':7,'recovered':true,'replayed':3}");
        assertFrame(
                new Reply.Subscribed(null, "a:*", null, false, 0),
                "{'type':'subscribed','channel':'a:*','recovered':false,'replayed':0}");
    }

    @Test
    void unsubscribed() {
        assertFrame(
                new Reply.Unsubscribed("1", "a", "requested"),
                "{'type':'unsubscribed','id':'1','channel':'a','reason':'requested'}");
    }

    @Test
    void published() {
        assertFrame(
                new Reply.Published("1", "a", new Position("e", 7), true),
                "{'type':'published','id':'1','channel':'a','epoch':'e','seq':7,'duplicate':true}");
        assertFrame(
                new Reply.Published(null, "a", null, false), "{'type':'published','channel':'a','duplicate':false}");
    }

    @Test
    void gap() {
        assertFrame(new Reply.Gap("a", 3, 5, "slow"), "{'type':'gap','channel':'a','from':3,'to':5,'reason':'slow'}");
    }

    @Test
    void history() {
        assertFrame(
                new Reply.History("1", "a:1", new Position("e", 7), List.of(event(true, "1"))),
                "{'type':'history','id':'1','channel':'a:1','epoch':'e','seq':7,'events':[{'type':'message',"
                        + "'channel':'a:1','event':'happened','payload':1,'id':'0197-id','seq':7,'timestamp':1234,"
                        + "'correlation':'c-1','publisher':'alice'}]}");
        assertFrame(
                new Reply.History(null, "a:1", new Position("e", 0), List.of()),
                "{'type':'history','channel':'a:1','epoch':'e','seq':0,'events':[]}");
    }

    @Test
    void reconnect() {
        assertFrame(new Reply.Reconnect(1500, "draining"), "{'type':'reconnect','after':1500,'reason':'draining'}");
    }

    @Test
    void pingAndPong() {
        assertFrame(new Reply.Ping(1234), "{'type':'ping','timestamp':1234}");
        assertFrame(new Reply.Pong("1", 1234), "{'type':'pong','id':'1','timestamp':1234}");
        assertFrame(new Reply.Pong(null, 1234), "{'type':'pong','timestamp':1234}");
    }

    @Test
    void errors() {
        assertFrame(
                new Reply.Failure("1", ErrorCode.RATE_LIMITED, "slower", "a", 100, null),
                "{'type':'error','id':'1','code':'rate_limited','message':'slower','channel':'a','retry':100}");
        assertFrame(
                new Reply.Failure(null, ErrorCode.INTERNAL, "internal error", null, 0, "c-9"),
                "{'type':'error','code':'internal','message':'internal error','correlation':'c-9'}");
        for (ErrorCode code : ErrorCode.values()) {
            assertFrame(
                    Reply.Failure.of(null, code, "m"),
                    "{'type':'error','code':'" + code.name().toLowerCase(java.util.Locale.ROOT) + "','message':'m'}");
        }
    }

    @Test
    void theErrorCodesAreThoseOfTheProtocol() {
        assertThat(ErrorCode.values())
                .extracting(ErrorCode::wire)
                .containsExactlyInAnyOrder(
                        "bad_json",
                        "bad_request",
                        "unknown_type",
                        "unknown_dialect",
                        "unauthenticated",
                        "token_invalid",
                        "token_expired",
                        "forbidden",
                        "bad_channel",
                        "already_subscribed",
                        "not_subscribed",
                        "limit_subscriptions",
                        "limit_message_size",
                        "rate_limited",
                        "history_unavailable",
                        "unavailable",
                        "internal");
    }

    @Test
    void aMessage() {
        assertThat(message(event(true, "{\"a\":1}"), null))
                .isEqualTo(JsonTexts.object("{'type':'message','channel':'a:1','event':'happened','payload':{'a':1},"
                        + "'id':'0197-id','seq':7,'timestamp':1234,'correlation':'c-1','publisher':'alice'}"));
    }

    @Test
    void aMessageOfAPatternNamesItAndTheEpoch() {
        assertThat(message(event(true, "1"), new ChannelPattern("a:*")))
                .isEqualTo(JsonTexts.object("{'type':'message','channel':'a:1','event':'happened','payload':1,"
                        + "'id':'0197-id','seq':7,'timestamp':1234,'correlation':'c-1','publisher':'alice','pattern':'a:*',"
                        + "'epoch':'epoch-1'}"));
    }

    @Test
    void aMessageOfANamespaceWithoutHistoryHasNoPosition() {
        assertThat(message(event(false, "1"), null)).doesNotContainKeys("seq", "epoch");
        assertThat(message(event(false, "1"), new ChannelPattern("a:*")))
                .containsKey("pattern")
                .doesNotContainKeys("seq", "epoch");
    }

    @Test
    void aPayloadIsWrittenAsItCame() {
        String payload = " { \"b\" : 1.0e0 , \"a\":\"\\u00e9\" } ";

        assertThat(event(true, payload).encoded(dialect.events(null)).text()).contains("\"payload\":" + payload + ",");
    }

    @Test
    void everyTextIsEscaped() {
        String nasty = "\"}],{\\\u0000\n\u2028😀";
        Draft draft = new Draft(new ChannelId("", "a"), nasty, "1", nasty, null, nasty, nasty);

        JsonObject message = message(new Event(draft, nasty, 1, true, 0, 1, 0), new ChannelPattern("a:*"));
        JsonObject error = JsonTexts.parsed(dialect.write(Reply.Failure.of(nasty, ErrorCode.INTERNAL, nasty, nasty)))
                .asJsonObject();

        assertThat(List.of(
                        message.getString("event"),
                        message.getString("id"),
                        message.getString("correlation"),
                        message.getString("publisher"),
                        message.getString("epoch"),
                        error.getString("id"),
                        error.getString("message"),
                        error.getString("channel")))
                .containsOnly(nasty);
    }

    @Test
    void encodingsOfTheSamePatternAreEqualAndOthersAreNot() {
        assertThat(dialect.events(null)).isEqualTo(dialect.events(null));
        assertThat(dialect.events(new ChannelPattern("a:*"))).isEqualTo(dialect.events(new ChannelPattern("a:*")));
        assertThat(dialect.events(new ChannelPattern("a:*")))
                .isNotEqualTo(dialect.events(new ChannelPattern("b:*")))
                .isNotEqualTo(dialect.events(null));
    }
}
