package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.access.Caller;
import io.kulkul.core.access.Permissions;
import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestHub;
import io.kulkul.core.testkit.TestTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What operators do to connections. */
class RevokingTest {

    private static final Instant START = Instant.ofEpochMilli(TestTime.START);
    private static final Caller OPERATOR =
            new Caller("root", null, new Permissions(List.of("admin")), Set.of(), null, Instant.MAX, null);

    private final TestHub hub = TestHub.open();
    private final Operating operating = hub.hub().operating();

    @Test
    void aRevokedTokenLosesItsSubscriptionsAndItsConnectionAtOnce() {
        FakeClient client = hub.client()
                .token(aTokenFor("alice").withId("t1"))
                .connects()
                .greeted()
                .subscribesTo("a:1");

        assertThat(now(operating.revokeToken(OPERATOR, "", "t1", null)).count()).isEqualTo(1);
        hub.settle();
        hub.publish("a:1", "1");

        client.expect("{'type':'unsubscribed','channel':'a:1','reason':'revoked'}")
                .expectLike("{'type':'error','code':'token_invalid'}")
                .expectNothing()
                .expectClose(4401);
    }

    @Test
    void aRevokedTokenIsRefusedFromThenOn() {
        operating.revokeToken(OPERATOR, "", "t1", null);

        FakeClient client = hub.client().token(aTokenFor("alice").withId("t1")).connects();

        client.expectLike("{'type':'error','code':'token_invalid'}").expectClose(4401);
    }

    @Test
    void aUsersLaterTokensAreGood() {
        FakeClient old = hub.client().token(aTokenFor("alice").issuedAt(START)).connects();
        operating.revokeUser(OPERATOR, "", "alice", START.plusSeconds(1));
        hub.settle();

        FakeClient later = hub.client()
                .token(aTokenFor("alice").issuedAt(START.plusSeconds(1)))
                .connects();

        old.expectClose(4401);
        later.greeted().expectOpen();
    }

    @Test
    void publicSubscriptionsDoNotKeepARevokedConnection() {
        FakeClient client = hub.client()
                .token(aTokenFor("alice").withId("t1"))
                .connects()
                .greeted()
                .subscribesTo("public:1");

        operating.revokeToken(OPERATOR, "", "t1", null);
        hub.settle();

        client.expectClose(4401);
    }

    @Test
    void disconnectingAUserClosesAllOfItsConnectionsAndNobodyElses() {
        FakeClient one = hub.clientOf("alice");
        FakeClient two = hub.clientOf("alice");
        FakeClient bob = hub.clientOf("bob");
        FakeClient namesake = hub.client()
                .token(aTokenFor("alice").inTenant("acme"))
                .connects()
                .greeted();

        assertThat(now(operating.disconnectUser(OPERATOR, "", "alice")).count()).isEqualTo(2);
        hub.settle();

        one.expectClose(4410);
        two.expectClose(4410);
        bob.expectOpen();
        namesake.expectOpen();
    }

    @Test
    void nobodyIsDisconnectedWhereNobodyIsCalledSo() {
        assertThat(now(operating.disconnectUser(OPERATOR, "", "x".repeat(1000))).count())
                .isZero();
        assertThat(now(operating.disconnectUser(OPERATOR, "", "nobody")).count())
                .isZero();
    }

    @Test
    void aConnectionIsFoundOnlyInItsTenant() {
        FakeClient client =
                hub.client().token(aTokenFor("alice").inTenant("acme")).connects();
        String id = client.connection().id();

        assertThat(now(operating.disconnect(OPERATOR, "globex", id)).result()).isEqualTo(Outcome.Result.NONE);
        client.expectOpen();
        assertThat(now(operating.disconnect(OPERATOR, "acme", id)).result()).isEqualTo(Outcome.Result.DONE);
        hub.settle();
        client.expectClose(4410);
    }

    @Test
    void anEndedSubscriptionIsSaidToBeRevoked() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1");

        assertThat(now(operating.unsubscribe(OPERATOR, "", client.connection().id(), "a:1")))
                .isEqualTo(new Outcome(Outcome.Result.DONE, 1, List.of()));
        hub.settle();
        hub.publish("a:1", "1");

        client.expect("{'type':'unsubscribed','channel':'a:1','reason':'revoked'}")
                .expectNothing()
                .expectOpen();
    }

    /** What came of it on the only instance there is, which is known at once. */
    private static Outcome now(CompletionStage<Outcome> command) {
        return Objects.requireNonNull(command.toCompletableFuture().getNow(null));
    }
}
