package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;

import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestHub;
import org.junit.jupiter.api.Test;

/** A newcomer's first minutes with the hub, as one conversation. */
class HubConversationTest {

    @Test
    void eventsGoToWhoeverIsSubscribedAndComeAgainAfterAReconnect() {
        TestHub hub = TestHub.open();
        FakeClient alice = hub.client().token(aTokenFor("alice")).connects().greeted();

        alice.subscribesTo("orders:1");
        hub.publish("orders:1", "{'state':'new'}");
        alice.expectMessage("orders:1", "{'state':'new'}");
        alice.client().gone();

        hub.publish("orders:1", "{'state':'paid'}");
        FakeClient again = hub.clientOf("alice");
        again.sends("{'type':'subscribe','channel':'orders:1','since':{'seq':1}}");

        again.expectLike("{'type':'subscribed','channel':'orders:1','recovered':true,'replayed':1,'seq':2}")
                .expectMessage("orders:1", "{'state':'paid'}")
                .expectNothing();
    }

    @Test
    void aClientPublishesAndAnotherHearsIt() {
        TestHub hub = TestHub.open();
        FakeClient alice = hub.clientOf("alice");
        FakeClient bob = hub.clientOf("bob").subscribesTo("chat:*");

        alice.sends("{'type':'publish','id':'1','channel':'chat:7','event':'said','payload':{'text':'hello'}}");

        alice.expectLike("{'type':'published','id':'1','channel':'chat:7','seq':1,'duplicate':false}");
        bob.expectLike(
                "{'type':'message','channel':'chat:7','event':'said','payload':{'text':'hello'},'publisher':'alice',"
                        + "'pattern':'chat:*','seq':1}");
    }
}
