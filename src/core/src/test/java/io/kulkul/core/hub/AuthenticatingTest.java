package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestHub;
import io.kulkul.core.testkit.TestTime;
import io.kulkul.core.testkit.Tokens;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tokens that come in a frame, tokens that end, tokens that are renewed. */
class AuthenticatingTest {

    private final TestHub hub = TestHub.open();

    private static String authenticate(Tokens token) {
        return "{'type':'authenticate','id':'t','token':'" + token.signed() + "'}";
    }

    @Test
    void aTokenMayComeInTheFirstMessage() {
        FakeClient client = hub.anonymous();

        client.sends(authenticate(aTokenFor("alice").inTenant("acme").expiringAfter(Duration.ofHours(1))));

        long expires = TestTime.START + Duration.ofHours(1).toMillis();
        client.expect("{'type':'authenticated','id':'t','user':'alice','tenant':'acme','expires':" + expires + "}");
        hub.pass(Duration.ofSeconds(11));
        client.expectOpen();
    }

    @Test
    void aWrongTokenInAMessageIsAnErrorAndClosesNothing() {
        FakeClient client = hub.anonymous();

        client.sends("{'type':'authenticate','id':'t','token':'nonsense'}");

        client.expectLike("{'type':'error','id':'t','code':'token_invalid'}").expectOpen();
    }

    @Test
    void withoutATokenOnlyPublicNamespacesCanBeSubscribed() {
        FakeClient client = hub.anonymous();

        client.sends("{'type':'subscribe','channel':'public:1'}").expectLike("{'type':'subscribed'}");
        client.sends("{'type':'subscribe','channel':'public:*'}").expectLike("{'type':'subscribed'}");
        client.sends("{'type':'subscribe','channel':'a:1'}").expectError("unauthenticated");
        client.sends("{'type':'subscribe','channel':'*'}").expectError("unauthenticated");
        client.sends("{'type':'subscribe','channel':'*:1'}").expectError("unauthenticated");
        client.sends("{'type':'subscribe','channel':'user:me'}").expectError("unauthenticated");
        client.sends("{'type':'history','channel':'a:1'}").expectError("unauthenticated");
    }

    @Test
    void withoutATokenNothingCanBePublishedNotEvenInPublic() {
        FakeClient client = hub.anonymous();

        client.sends("{'type':'publish','id':'1','channel':'public:1','event':'e','payload':1}");

        client.expectLike("{'type':'error','id':'1','code':'unauthenticated','channel':'public:1'}");
    }

    @Test
    void theHistoryOfAPublicNamespaceNeedsNoToken() {
        hub.publish("public:1", "1");
        FakeClient client = hub.anonymous();

        client.sends("{'type':'history','channel':'public:1'}");

        client.expectLike("{'type':'history','seq':1}");
    }

    @Test
    void whenTheTokenEndsItsSubscriptionsEndAndThePublicOnesStay() {
        FakeClient client = hub.client()
                .token(aTokenFor("alice").expiringAfter(Duration.ofSeconds(30)))
                .connects()
                .greeted()
                .subscribesTo("a:1")
                .subscribesTo("public:1");

        hub.pass(Duration.ofSeconds(30));

        client.skipPings().expect("{'type':'unsubscribed','channel':'a:1','reason':'expired'}");
        hub.publish("a:1", "1");
        hub.publish("public:1", "2");
        client.expectMessage("public:1", "2").expectNothing();
        client.expectOpen();
    }

    @Test
    void anExpiredTokenThatIsNotRenewedClosesAfterTheGrace() {
        FakeClient client = hub.client()
                .token(aTokenFor("alice").expiringAfter(Duration.ofSeconds(30)))
                .connects();

        hub.pass(Duration.ofSeconds(54));
        client.expectOpen();
        hub.pass(Duration.ofSeconds(2));

        client.expectClose(4401);
    }

    @Test
    void aRenewedTokenKeepsTheConnection() {
        FakeClient client = hub.client()
                .token(aTokenFor("alice").expiringAfter(Duration.ofSeconds(30)))
                .connects();
        hub.pass(Duration.ofSeconds(40));

        client.sends(authenticate(aTokenFor("alice")));
        hub.pass(Duration.ofSeconds(50));

        client.expectOpen();
    }

    @Test
    void aTokenThatIsRenewedInTimeKeepsTheSubscriptions() {
        FakeClient client = hub.client()
                .token(aTokenFor("alice").expiringAfter(Duration.ofSeconds(30)))
                .connects()
                .greeted()
                .subscribesTo("a:1");

        client.sends(authenticate(aTokenFor("alice"))).next();
        hub.pass(Duration.ofSeconds(31));
        hub.publish("a:1", "1");

        client.skipPings().expectMessage("a:1", "1");
    }

    @Test
    void aConnectionStaysWithItsUser() {
        FakeClient client = hub.clientOf("alice");

        client.sends(authenticate(aTokenFor("bob")));

        client.expectError("forbidden").expectOpen();
        assertThat(client.connection().caller().user()).isEqualTo("alice");
    }

    @Test
    void aUserWithTooManyConnectionsIsRefusedAlsoWhereTheTokenComesInAMessage() {
        TestHub small = TestHub.with().maxPerUser(1).open();
        small.clientOf("alice");
        FakeClient second = small.anonymous();

        second.sends(authenticate(aTokenFor("alice")));

        second.expectNothing().expectClose(4409);
    }

    @Test
    void anotherUserOnAnExpiredConnectionCountsAsThatUser() {
        // Only the first user of a connection used to be counted.
        TestHub small = TestHub.with().maxPerUser(1).open();
        small.clientOf("bob");
        FakeClient client = small.client()
                .token(aTokenFor("alice").expiringAfter(Duration.ofSeconds(30)))
                .connects();
        small.pass(Duration.ofSeconds(31));
        client.rest();

        client.sends(authenticate(aTokenFor("bob")));

        client.expectClose(4409);
        small.clientOf("alice").expectOpen();
    }

    @Test
    void aConnectionThatLeavesTheTenantOfItsSubscriptionsIsClosed() {
        FakeClient client = hub.client()
                .token(aTokenFor("alice").inTenant("acme"))
                .connects()
                .greeted()
                .subscribesTo("a:1");

        client.sends(authenticate(aTokenFor("alice").inTenant("globex")));

        client.expectClose(4403);
    }

    @Test
    void aTokenWithoutATenantDoesNotMoveAConnectionOutOfTheTenantOfItsSubscriptions() {
        // It used to: the subscription went on in the old tenant, and was never taken out of its channel again.
        FakeClient client = hub.client()
                .token(aTokenFor("alice").inTenant("acme"))
                .connects()
                .greeted()
                .subscribesTo("a:1");

        client.sends(authenticate(aTokenFor("alice")));

        client.expectClose(4403);
        assertThat(hub.hub().channels().info(new ChannelId("acme", "a:1")).subscribers())
                .isZero();
    }

    @Test
    void aSubscriptionThatExpiresOnItsWayInLeavesNothingBehind() {
        // The first event of a channel asks for an epoch: between the subscription's beginning and its coming in.
        Interrupting random = new Interrupting();
        TestHub interrupted = TestHub.with().random(random).open();
        FakeClient client = interrupted
                .client()
                .token(aTokenFor("alice").expiringAfter(Duration.ofSeconds(5)))
                .connects()
                .greeted();
        interrupted.time.advance(Duration.ofSeconds(6));
        random.next = interrupted.hub()::tick;

        client.sends("{'type':'subscribe','channel':'a:1'}");
        interrupted.publish("a:1", "1");

        assertThat(interrupted.hub().channels().info(new ChannelId("", "a:1")).subscribers())
                .isZero();
        assertThat(client.rest()).noneMatch(frame -> frame.getString("type").equals("message"));
    }

    /** Lets something else happen in the middle of what asks it for a number. */
    private static final class Interrupting extends Random {
        private static final long serialVersionUID = 1L;
        private transient Runnable next = () -> {};

        @Override
        public int nextInt(int bound) {
            Runnable now = next;
            next = () -> {};
            if (now != null) {
                now.run();
            }
            return super.nextInt(bound);
        }
    }
}
