package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestHub;
import jakarta.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What clients ask about reading channels, and what they get. */
class SubscribingTest {

    private final TestHub hub = TestHub.open();

    @Test
    void theAnswerSaysWhereTheChannelStands() {
        hub.publishNumbers("a:1", 1, 3);
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'subscribe','id':'s','channel':'a:1'}");

        JsonObject answer = client.next();
        assertThat(answer.getString("epoch")).hasSize(8);
        assertThat(answer)
                .isEqualTo(io.kulkul.core.testkit.JsonTexts.object(
                        "{'type':'subscribed','id':'s','channel':'a:1','epoch':'" + answer.getString("epoch")
                                + "','seq':3,'recovered':false,'replayed':0}"));
    }

    @Test
    void aNamespaceWithoutHistoryShowsNoPositions() {
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'subscribe','channel':'plain:1'}");
        hub.publish("plain:1", "1");

        assertThat(client.next()).doesNotContainKeys("epoch", "seq");
        JsonObject message = client.next();
        assertThat(message).containsKey("id").doesNotContainKeys("epoch", "seq");
    }

    @Test
    void aPatternsAnswerShowsNoSeqAndItsMessagesShowTheEpoch() {
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'subscribe','channel':'a:*'}");
        hub.publish("a:1", "1");

        assertThat(client.next()).doesNotContainKeys("epoch", "seq");
        assertThat(client.next()).containsKeys("epoch", "seq").containsEntry("pattern", json("a:*"));
    }

    private static jakarta.json.JsonString json(String text) {
        return jakarta.json.Json.createValue(text);
    }

    @Test
    void aSecondSubscriptionToTheSameIsRefused() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1");

        client.sends("{'type':'subscribe','id':'2','channel':'a:1'}");

        client.expectLike("{'type':'error','id':'2','code':'already_subscribed','channel':'a:1'}");
    }

    @Test
    void aConnectionHasALimitOfSubscriptions() {
        TestHub small = TestHub.with().maxSubscriptions(2).open();
        FakeClient client = small.clientOf("alice").subscribesTo("a:1").subscribesTo("a:2");

        client.sends("{'type':'subscribe','channel':'a:3'}").expectError("limit_subscriptions");
        client.sends("{'type':'unsubscribe','channel':'a:1'}").next();

        client.subscribesTo("a:3");
    }

    @Test
    void namesAndPatternsThatAreNoneAreRefused() {
        FakeClient client = hub.clientOf("alice");
        String tooLong = "x".repeat(256);

        for (String name : new String[] {"", "with space", "ümlaut", "a*", "a:b*", "**", "$", "a:$b", tooLong}) {
            client.sends("{'type':'subscribe','channel':'" + name + "'}");
            client.expectError("bad_channel");
        }
    }

    @Test
    void aNameThatIsTooLongIsNotSentBack() {
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'subscribe','channel':'" + "x".repeat(10_000) + "'}");

        assertThat(client.next()).doesNotContainKey("channel");
    }

    @Test
    void unsubscribingIsAnsweredAndEndsTheEvents() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1");

        client.sends("{'type':'unsubscribe','id':'u','channel':'a:1'}");
        hub.publish("a:1", "1");

        client.expect("{'type':'unsubscribed','id':'u','channel':'a:1','reason':'requested'}")
                .expectNothing();
    }

    @Test
    void whatWaitsIsNotSentAfterAnUnsubscribe() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1").subscribesTo("b:1");
        client.transport().hold();
        hub.publish("b:1", "0");
        hub.publishNumbers("a:1", 1, 3);

        client.sends("{'type':'unsubscribe','channel':'a:1'}").transport().release();

        client.expectMessage("b:1", "0").expectLike("{'type':'unsubscribed'}").expectNothing();
    }

    @Test
    void unsubscribingFromWhatOneDoesNotHaveIsAnError() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:*");

        client.sends("{'type':'unsubscribe','channel':'a:1'}").expectError("not_subscribed");
        client.sends("{'type':'unsubscribe','channel':'a:*'}").expectLike("{'type':'unsubscribed'}");
        client.sends("{'type':'unsubscribe','channel':'a:*'}").expectError("not_subscribed");
    }

    @Test
    void aClientMaySubscribeAgain() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1");
        client.sends("{'type':'unsubscribe','channel':'a:1'}").next();
        hub.publish("a:1", "1");

        client.sends("{'type':'subscribe','channel':'a:1','since':{'seq':0}}");
        hub.publish("a:1", "2");

        client.expectLike("{'type':'subscribed','recovered':true}").expectNumbers("a:1", 1, 2);
    }

    @Test
    void userMeIsOnesOwnChannel() {
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'subscribe','channel':'user:me'}");
        hub.publish("user:alice", "1");

        client.expectLike("{'type':'subscribed','channel':'user:alice'}").expectMessage("user:alice", "1");
        client.sends("{'type':'unsubscribe','channel':'user:me'}")
                .expectLike("{'type':'unsubscribed','channel':'user:alice'}");
    }

    @Test
    void tenantsNeverMeet() {
        FakeClient acme = hub.client()
                .token(aTokenFor("alice").inTenant("acme").withScope("admin"))
                .connects()
                .greeted()
                .subscribesTo("a:1")
                .subscribesTo("*");
        FakeClient globex = hub.client()
                .token(aTokenFor("alice").inTenant("globex").withScope("admin"))
                .connects()
                .greeted()
                .subscribesTo("a:1")
                .subscribesTo("*");
        FakeClient nobodys = hub.client()
                .token(aTokenFor("alice").withScope("admin"))
                .connects()
                .greeted()
                .subscribesTo("a:1")
                .subscribesTo("*");

        hub.publish("acme", "a:1", "1");
        acme.sends("{'type':'publish','channel':'a:1','event':'e','payload':2}");

        assertThat(acme.rest()).hasSize(5);
        globex.expectNothing();
        nobodys.expectNothing();
        globex.sends("{'type':'history','channel':'a:1'}").expectLike("{'type':'history','seq':0,'events':[]}");
    }

    @Test
    void aTokenWithoutATenantIsRefusedWhereThePathNamesOne() {
        // It used to be good for every tenant.
        hub.client().tenant("acme").token(aTokenFor("alice")).connects().expectClose(4403);
    }

    @Test
    void anOperatorsTokenWithoutATenantIsGoodForEach() {
        FakeClient operator = hub.client()
                .tenant("acme")
                .token(aTokenFor("root").withScope("admin"))
                .connects()
                .greeted()
                .subscribesTo("a:1");

        hub.publish("acme", "a:1", "1");

        operator.expectMessage("a:1", "1");
    }

    @Test
    void aFilterLetsThroughWhatItAcceptsReplayedAndLive() {
        hub.publish("a:1", "{'action':'opened','n':1}");
        hub.publish("a:1", "{'action':'closed','n':2}");
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'subscribe','channel':'a:1','since':{'seq':0},'filter':{'action':['opened','edited']}}");
        hub.publish("a:1", "{'action':'edited','n':3}");
        hub.publish("a:1", "{'n':4}");

        client.expectLike("{'type':'subscribed','recovered':true,'replayed':1}")
                .expectLike("{'type':'message','seq':1}")
                .expectLike("{'type':'message','seq':3}")
                .expectNothing();
    }

    @Test
    void aFilterThatIsNoneIsRefusedAndSubscribesToNothing() {
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'subscribe','channel':'a:1','filter':{'a':{}}}").expectError("bad_request");

        client.subscribesTo("a:1");
    }

    @Test
    void aChannelsSinceIsNoPatternsSince() {
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'subscribe','channel':'a:*','since':{'seq':1}}").expectError("bad_request");
        client.sends("{'type':'subscribe','channel':'a:1','since':{'channels':{},'timestamp':0}}")
                .expectError("bad_request");
    }

    @Test
    void whatIsMissingBeforeAReplayIsNamedByAGap() {
        hub.publishNumbers("small:1", 1, 150);
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'subscribe','channel':'small:1','since':{'seq':10}}");

        client.expectLike("{'type':'subscribed','seq':150,'recovered':false,'replayed':100}")
                .expect("{'type':'gap','channel':'small:1','from':11,'to':50,'reason':'expired'}")
                .expectNumbers("small:1", 51, 150)
                .expectNothing();
    }

    @Test
    void theCachedEventComesWithTheSubscription() {
        hub.publishNumbers("cached:1", 1, 3);
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'subscribe','channel':'cached:1'}");

        client.expectLike("{'type':'subscribed','replayed':1,'recovered':false}")
                .expectMessage("cached:1", "3")
                .expectNothing();
    }

    @Test
    void aCachedEventThatIsOlderThanTheHistoryComesNoMore() {
        hub.publish("cached:1", "1");
        FakeClient client = hub.clientOf("alice");
        hub.pass(Duration.ofSeconds(30));
        client.sends("{'type':'pong'}");
        hub.time.advance(Duration.ofMinutes(10));

        client.rest();
        client.sends("{'type':'subscribe','channel':'cached:1'}");

        client.expectLike("{'type':'subscribed','replayed':0}").expectNothing();
    }

    @Test
    void historyComesInPages() {
        hub.publishNumbers("a:1", 1, 10);
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'history','id':'h','channel':'a:1','since':{'seq':4},'limit':3}");

        JsonObject answer = client.next();
        assertThat(answer.getString("id")).isEqualTo("h");
        assertThat(answer.getInt("seq")).isEqualTo(10);
        assertThat(answer.getJsonArray("events").getValuesAs(JsonObject.class))
                .extracting(event -> event.getInt("seq"))
                .containsExactly(5, 6, 7);
    }

    @Test
    void historyComesNewestFirstWhereAsked() {
        hub.publishNumbers("a:1", 1, 10);
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'history','channel':'a:1','limit':3,'reverse':true}");

        assertThat(client.next().getJsonArray("events").getValuesAs(JsonObject.class))
                .extracting(event -> event.getInt("seq"))
                .containsExactly(10, 9, 8);
    }

    @Test
    void aNamespaceWithoutHistoryHasNone() {
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'history','channel':'plain:1'}").expectError("history_unavailable");
    }

    @Test
    void aPatternHasNoHistory() {
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'history','channel':'a:*'}").expectError("bad_channel");
    }

    @Test
    void aHistoryReplyHasABoundOfBytesButAlwaysOneEvent() {
        String large = "'" + "x".repeat(600_000) + "'";
        hub.publish("a:1", large);
        hub.publish("a:1", large);
        hub.publish("a:2", "'" + "x".repeat(1_200_000) + "'");
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'history','channel':'a:1'}");
        assertThat(client.next().getJsonArray("events")).hasSize(1);
        client.sends("{'type':'history','channel':'a:2'}");
        assertThat(client.next().getJsonArray("events")).hasSize(1);
    }

    @Test
    void presenceIsNotAvailableYet() {
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'presence','id':'p','channel':'a:1'}");

        client.expectLike("{'type':'error','id':'p','code':'unavailable','channel':'a:1'}");
    }

    @Test
    void aClientHearsTheHubsOwnChannelsOnlyByTheirName() {
        FakeClient client = hub.client()
                .token(aTokenFor("alice").withScope("admin"))
                .connects()
                .greeted()
                .subscribesTo("*")
                .subscribesTo("$sys:*");

        hub.publish("$sys:stats", "1");

        client.expectLike("{'type':'message','channel':'$sys:stats','pattern':'$sys:*'}")
                .expectNothing();
    }
}
