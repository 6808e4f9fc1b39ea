package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.api.UserChannel;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestHub;
import io.kulkul.core.testkit.Tokens;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is sent to a tenant and to a user as a whole. */
class AddresseesTest {

    private final TestHub hub = TestHub.open();

    private FakeClient clientOf(String user, String tenant) {
        return hub.client()
                .token(aTokenFor(user).inTenant(tenant).withNothing())
                .connects()
                .greeted();
    }

    @Test
    void aTenantsBroadcastReachesAllOfItsConnectionsAndNoOthers() {
        FakeClient alice = clientOf("alice", "acme");
        FakeClient bob = clientOf("bob", "acme");
        FakeClient other = clientOf("alice", "globex");
        FakeClient nobodys = hub.clientOf("alice");

        hub.publish("acme", "broadcast", "1");
        hub.publish("acme", "broadcast", "2");

        alice.expectMessage("broadcast", "1").expectMessage("broadcast", "2").expectNothing();
        bob.expectMessage("broadcast", "1").expectMessage("broadcast", "2").expectNothing();
        other.expectNothing();
        nobodys.expectNothing();
    }

    @Test
    void whoComesLaterHasWhatIsPublishedFromThenOn() {
        clientOf("alice", "acme");
        hub.publish("acme", "broadcast", "1");

        FakeClient later = clientOf("bob", "acme");
        hub.publish("acme", "broadcast", "2");

        later.expectMessage("broadcast", "2").expectNothing();
    }

    @Test
    void whatIsSentToAUserReachesAllOfTheUsersConnections() {
        FakeClient one = clientOf("alice", "acme");
        FakeClient two = clientOf("alice", "acme");
        FakeClient bob = clientOf("bob", "acme");
        FakeClient namesake = clientOf("alice", "globex");

        hub.publish("acme", "user:alice", "1");

        one.expectMessage("user:alice", "1").expectNothing();
        two.expectMessage("user:alice", "1").expectNothing();
        bob.expectNothing();
        namesake.expectNothing();
    }

    @Test
    void aUserWhoseIdIsNoChannelsNameHasAChannelAllTheSame() {
        FakeClient client = clientOf("a@b.c", "acme");
        String channel = UserChannel.of("a@b.c");

        hub.publish("acme", channel, "1");
        client.expectMessage(channel, "1");
        client.sends("{'type':'subscribe','channel':'user:me'}")
                .expectLike("{'type':'subscribed','channel':'" + channel + "'}");
    }

    @Test
    void whoeverHasNotGivenATokenIsNotMeant() {
        FakeClient anonymous = hub.anonymous();
        hub.publish("broadcast", "1");
        anonymous.expectNothing();

        anonymous.sends("{'type':'authenticate','token':'" + aTokenFor("alice").signed() + "'}");
        anonymous.expectLike("{'type':'authenticated'}");
        hub.publish("broadcast", "2");

        anonymous.expectMessage("broadcast", "2").expectNothing();
    }

    @Test
    void whoseTokenHasExpiredIsNotMeantUntilThereIsAnotherOne() {
        FakeClient client = hub.client()
                .token(aTokenFor("alice").expiringAfter(Duration.ofSeconds(10)))
                .connects()
                .greeted();
        hub.publish("broadcast", "1");
        hub.publish("user:alice", "2");
        client.expectMessage("broadcast", "1").expectMessage("user:alice", "2");

        hub.pass(Duration.ofSeconds(11));
        hub.publish("broadcast", "3");
        hub.publish("user:alice", "4");
        client.skipPings().expectNothing();

        client.sends("{'type':'authenticate','token':'" + aTokenFor("alice").signed() + "'}");
        client.expectLike("{'type':'authenticated'}");
        hub.publish("broadcast", "5");
        hub.publish("user:alice", "6");
        client.expectMessage("broadcast", "5").expectMessage("user:alice", "6");
    }

    @Test
    void whoUnsubscribesIsLeftAlone() {
        FakeClient client = clientOf("alice", "acme");
        hub.publish("acme", "broadcast", "1");
        client.expectMessage("broadcast", "1");

        client.sends("{'type':'unsubscribe','channel':'broadcast'}").expectLike("{'type':'unsubscribed'}");
        hub.publish("acme", "broadcast", "2");

        client.expectNothing();
    }

    @Test
    void whoSubscribesAsWellHasEachEventOnce() {
        FakeClient client = hub.clientOf("alice");
        hub.publish("user:alice", "1");
        client.expectMessage("user:alice", "1");

        client.sends("{'type':'subscribe','channel':'user:me'}")
                .expectLike("{'type':'subscribed','channel':'user:alice','seq':1,'replayed':0}");
        hub.publish("user:alice", "2");

        client.expectMessage("user:alice", "2").expectNothing();
    }

    @Test
    void betweenWhatCameUnaskedAndTheSubscriptionNothingIsLostOrSentTwice() {
        TestHub steps = TestHub.with().unsettled().open();
        FakeClient client = steps.client().token(aTokenFor("alice")).connects();
        steps.settle();
        client.greeted();
        steps.publish("user:alice", "1");
        steps.settle();
        // The second event is in its channel, and nobody has been offered it yet.
        steps.publish("user:alice", "2");

        client.sends("{'type':'subscribe','channel':'user:me'}");
        steps.publish("user:alice", "3");
        steps.settle();

        client.expectMessage("user:alice", "1")
                .expectLike("{'type':'subscribed','channel':'user:alice','replayed':1}")
                .expectMessage("user:alice", "2")
                .expectMessage("user:alice", "3")
                .expectNothing();
    }

    @Test
    void whatComesUnaskedDoesNotCountAsASubscriptionOfTheClients() {
        TestHub small = TestHub.with().maxSubscriptions(1).open();
        FakeClient client = small.clientOf("alice");
        small.publish("broadcast", "1");
        small.publish("user:alice", "1");
        client.rest();

        client.subscribesTo("a:1");
    }

    @Test
    void aPatternThatCoversTheChannelIsEnough() {
        FakeClient client = hub.clientOf("alice").subscribesTo("user:*");

        hub.publish("user:alice", "1");

        client.expectLike("{'type':'message','channel':'user:alice','pattern':'user:*'}")
                .expectNothing();
    }

    @Test
    void nothingIsLeftOfThoseWhoAreGone() {
        FakeClient client = clientOf("alice", "acme");
        hub.publish("acme", "broadcast", "1");

        client.client().gone();

        assertThat(hub.hub().addressees().of(new ChannelId("acme", "broadcast")))
                .isEmpty();
        hub.publish("acme", "broadcast", "2");
        assertThat(hub.hub().channels().info(new ChannelId("acme", "broadcast")).subscribers())
                .isZero();
    }

    @Test
    void aTokenOfFewPermissionsMaySubscribeToItsOwnChannelAndNotToTheTenants() {
        FakeClient client = hub.client()
                .token(Tokens.aTokenFor("alice").withNothing())
                .connects()
                .greeted();

        client.subscribesTo("user:alice");
        client.sends("{'type':'subscribe','channel':'broadcast'}").expectError("forbidden");
        client.sends("{'type':'subscribe','channel':'user:bob'}").expectError("forbidden");
    }
}
