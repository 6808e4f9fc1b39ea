package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.channel.NamespaceOptions.Access;
import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestHub;
import io.kulkul.core.testkit.Tokens;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What five systems promised their clients beside the look of frames: limits, heartbeats, and what is subscribed to at connect. */
class DialectPromisesTest {

    private final TestHub hub = TestHub.open();

    private FakeClient client(String dialect, Tokens token, String... channels) {
        return hub.client().dialect(dialect).token(token).channels(channels).connects();
    }

    private FakeClient client(String dialect) {
        return client(dialect, aTokenFor("alice"));
    }

    private static List<String> types(FakeClient client) {
        return client.rest().stream().map(frame -> frame.getString("type", "")).toList();
    }

    @Test
    void aCartographusClientHasTheBroadcastsWithoutAsking() {
        FakeClient client = client("cartographus", aTokenFor("alice").withNothing());

        client.expectNothing();
        hub.publish("broadcast", "{'n':1}");

        client.expect("{'type':'happened','data':{'n':1}}").expectNothing();
    }

    @Test
    void aCartographusClientWithoutATokenHasThemWhereTheyArePublic() {
        TestHub open = TestHub.with()
                .namespace(TestHub.options("broadcast").access(Access.PUBLIC))
                .open();
        FakeClient client = open.client().dialect("cartographus").connects();

        open.publish("broadcast", "1");

        client.expect("{'type':'happened','data':1}");
        open.pass(Duration.ofSeconds(30));
        client.expectOpen();
    }

    @Test
    void aPhoenixClientHasTheTenantsAndItsOwnEventsWithoutAsking() {
        FakeClient client = hub.client()
                .tenant("acme")
                .dialect("phoenix-guardian")
                .token(aTokenFor("alice").inTenant("acme").withNothing())
                .connects();

        client.expectNothing();
        hub.publish("acme", "broadcast", "1");
        hub.publish("acme", "user:alice", "2");
        hub.publish("acme", "user:bob", "3");

        client.expectLike("{'type':'happened','payload':1,'correlation_id':null}")
                .expectLike("{'type':'happened','payload':2}")
                .expectNothing();
    }

    @Test
    void aPhoenixClientThatAsksForWhatItHasIsToldSo() {
        FakeClient client = client("phoenix-guardian", aTokenFor("alice").withNothing());

        client.sends("{'type':'subscribe','payload':{'channel':'broadcast'}}");
        client.expectLike("{'type':'subscribed','payload':{'channel':'broadcast'}}");
        client.sends("{'type':'subscribe','payload':{'channel':'orders'}}").expectLike("{'type':'error'}");
        hub.publish("broadcast", "1");

        client.expectLike("{'type':'happened','payload':1}").expectNothing();
    }

    @Test
    void aClientOfAnotherSystemIsSentNothingThatItsSystemNeverSent() {
        FakeClient radar = client("pulse-radar");
        FakeClient cartographus = client("cartographus");
        radar.next();

        hub.publish("broadcast", "1");
        hub.publish("user:alice", "2");

        radar.expectNothing();
        cartographus.expect("{'type':'happened','data':1}").expectNothing();
    }

    @Test
    void aPulseRadarClientIsToldItsTopicsOnceAndThenHasWhatItMissed() {
        hub.publishNumbers("tasks", 1, 3);
        FakeClient client = hub.client()
                .dialect("pulse-radar")
                .token(aTokenFor("alice"))
                .channels("tasks", "atoms")
                .since("tasks", 1)
                .connects();

        JsonObject connection = client.next();
        assertThat(connection.getString("type")).isEqualTo("connection");
        assertThat(connection.getJsonObject("data").getString("connectionId")).matches("[0-9a-f]{8}");
        assertThat(connection.getJsonObject("data").getJsonArray("topics").toString())
                .isEqualTo("[\"tasks\",\"atoms\"]");
        client.expect("{'topic':'tasks','event':'happened','data':2,'_seq':2}")
                .expect("{'topic':'tasks','event':'happened','data':3,'_seq':3}")
                .expectNothing();
        client.sends("{'action':'subscribe','topic':'more'}").expect("{'type':'subscribed','topic':'more'}");
    }

    @Test
    void whatIsPublishedWhenAPulseRadarClientIsToldItsTopicsReachesIt() {
        FakeClient client = hub.client()
                .dialect("pulse-radar")
                .token(aTokenFor("alice"))
                .channels("tasks")
                .atGreeting(() -> hub.publish("tasks", "1"))
                .connects();

        client.expectLike("{'type':'connection'}").expect("{'topic':'tasks','event':'happened','data':1,'_seq':1}");
    }

    @Test
    void aPulseRadarClientThatDoesNotAnswerItsPingsIsLetGo() {
        FakeClient silent = client("pulse-radar");
        FakeClient answering = client("pulse-radar");

        hub.pass(Duration.ofSeconds(21));
        answering.sends("{'action':'pong'}");
        hub.pass(Duration.ofSeconds(20));
        // Anything else that it sends is no answer.
        silent.sends("{'action':'subscribe','topic':'tasks'}");
        answering.sends("{'action':'pong'}");
        silent.expectOpen();
        hub.pass(Duration.ofSeconds(11));

        silent.expectClose(4408);
        answering.expectOpen();
        assertThat(types(answering)).containsExactly("connection", "ping", "ping");
        assertThat(answering.transport().pings()).isZero();
    }

    @Test
    void aNeurographClientMayHaveTenSubscriptions() {
        FakeClient client = client("neurograph");
        for (int i = 1; i <= 10; i++) {
            client.sends("{'type':'subscribe','channel':'c" + i + "'}")
                    .expect("{'type':'subscribed','channel':'c" + i + "'}");
        }

        client.sends("{'type':'subscribe','channel':'c11'}")
                .expectLike("{'type':'error','code':'limit_subscriptions'}");
    }

    @Test
    void aNeurographClientIsAtMostAHundredBehindAndTheOldestAreDroppedAndCounted() {
        FakeClient client =
                hub.client().dialect("neurograph").token(aTokenFor("alice")).connects();
        client.sends("{'type':'subscribe','channel':'tokens'}").next();
        client.transport().hold();

        // The first one is on its way to the socket when the client stops reading.
        hub.publishNumbers("tokens", 1, 151);
        client.transport().release();
        hub.settle();

        List<JsonObject> events = client.rest();
        assertThat(events).hasSize(101);
        assertThat(events.get(0).getInt("data")).isEqualTo(1);
        assertThat(events.get(1).getInt("data")).isEqualTo(52);
        assertThat(events.get(100).getInt("data")).isEqualTo(151);
        assertThat(hub.meter.of("overflowed.*")).isEqualTo(50);
    }

    @Test
    void aCartographusClientThatIsTooFarBehindIsLetGo() {
        FakeClient client = client("cartographus");
        client.transport().hold();

        hub.publishNumbers("broadcast", 1, 256);
        client.expectOpen();
        hub.publishNumbers("broadcast", 257, 258);

        client.expectClose(4413);
    }

    @Test
    void aNeurectomyUserWhoComesBackIsSentTheLastMessagesAgain() {
        FakeClient first = client("neurectomy");
        first.sends("{'type':'subscribe','channel':'conversation:1'}");
        first.expectLike("{'type':'subscribed','replayed':0}");
        hub.publishNumbers("conversation:1", 1, 2);
        first.client().gone();
        hub.publishNumbers("conversation:1", 3, 4);

        FakeClient again = client("neurectomy");
        again.sends("{'type':'subscribe','channel':'conversation:1'}");

        again.expectLike("{'type':'subscribed','recovered':true,'replayed':4}")
                .expectNumbers("conversation:1", 1, 4)
                .expectNothing();
        client("neurectomy", aTokenFor("bob"))
                .sends("{'type':'subscribe','channel':'conversation:1'}")
                .expectLike("{'type':'subscribed','replayed':0}")
                .expectNothing();
    }

    @Test
    void aNeurectomyUserMayHaveFiveConnectionsWhateverOthersMay() {
        TestHub many = TestHub.with().maxPerUser(100).open();
        for (int i = 0; i < 5; i++) {
            many.client()
                    .dialect("neurectomy")
                    .token(aTokenFor("alice"))
                    .connects()
                    .expectOpen();
        }

        many.client().dialect("neurectomy").token(aTokenFor("alice")).connects().expectClose(4409);
        many.clientOf("alice").expectOpen();
    }

    @Test
    void messagesOfOneMegabyteAreTakenOfANeurectomyClientAlone() {
        String note = "{'type':'publish','channel':'agent:1','event':'e','payload':'" + "x".repeat(1_000_000) + "'}";

        client("neurectomy").sends(note).expectLike("{'type':'published'}").expectOpen();
        client("cartographus").sends(note).expectClose(1009);
    }

    @Test
    void oneEventReachesEveryDialectInItsOwnFrame() {
        FakeClient cartographus = client("cartographus");
        FakeClient phoenix = client("phoenix-guardian");
        FakeClient radar = client("pulse-radar", aTokenFor("bob").withScope("subscribe:*"), "broadcast");
        FakeClient neurograph = client("neurograph", aTokenFor("bob"));
        FakeClient neurectomy = client("neurectomy", aTokenFor("bob"));
        FakeClient nativeClient = hub.clientOf("carol").subscribesTo("broadcast");
        FakeClient batch = hub.client()
                .token(aTokenFor("carol"))
                .batch(0)
                .connects()
                .greeted()
                .subscribesTo("broadcast");
        radar.next();
        neurograph.sends("{'type':'subscribe','channel':'broadcast'}").next();
        neurectomy.sends("{'type':'subscribe','channel':'broadcast'}").next();

        hub.publish("broadcast", "{'n':1.50,'at':'2026-01-01T00:00:00Z','none':null}");

        String payload = "{'n':1.50,'at':'2026-01-01T00:00:00Z','none':null}";
        cartographus.expect("{'type':'happened','data':" + payload + "}").expectNothing();
        phoenix.expectLike("{'type':'happened','payload':" + payload + "}").expectNothing();
        radar.expect("{'topic':'broadcast','event':'happened','data':" + payload + ",'_seq':1}")
                .expectNothing();
        neurograph
                .expect("{'type':'happened','channel':'broadcast','data':" + payload + "}")
                .expectNothing();
        neurectomy
                .expectLike("{'type':'message','channel':'broadcast','event':'happened','payload':" + payload + "}")
                .expectNothing();
        nativeClient.expectMessage("broadcast", payload).expectNothing();
        batch.expectMessage("broadcast", payload).expectNothing();
    }
}
