package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestHub;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who makes room where too many clients have shown neither a token nor an interest in something public. */
class PendingHandshakesTest {

    private final TestHub hub = TestHub.with().maxUnauthenticated(2).open();

    @Test
    void theOldestMakesRoom() {
        FakeClient oldest = hub.anonymous();
        FakeClient second = hub.anonymous();
        FakeClient third = hub.anonymous();

        oldest.expectNothing().expectClose(1013);
        second.expectOpen();
        third.expectOpen();
        hub.anonymous().expectOpen();
        second.expectClose(1013);
        third.expectOpen();
        assertThat(hub.meter.of("closed.instance_full")).isEqualTo(2);
    }

    @Test
    void asManyAsAreAllowedStay() {
        FakeClient first = hub.anonymous();
        FakeClient second = hub.anonymous();

        first.expectOpen();
        second.expectOpen();
    }

    @Test
    void whoBringsATokenWithTheHandshakeDoesNotCount() {
        FakeClient first = hub.anonymous();
        FakeClient second = hub.anonymous();

        FakeClient alice = hub.clientOf("alice");

        assertThat(hub.hub().pending().count()).isEqualTo(2);
        first.expectOpen();
        second.expectOpen();
        alice.expectOpen();
    }

    @Test
    void whoHasAuthenticatedCountsNoLonger() {
        FakeClient first = authenticated(hub.anonymous());
        FakeClient second = hub.anonymous();
        FakeClient third = hub.anonymous();

        first.expectOpen();
        second.expectOpen();
        hub.anonymous();
        first.expectOpen();
        second.expectClose(1013);
        third.expectOpen();
    }

    @Test
    void aTokenThatIsRefusedDoesNotHelp() {
        FakeClient first = hub.anonymous();
        first.sends("{'type':'authenticate','token':'not.a.token'}").expectError("token_invalid");
        hub.anonymous();

        hub.anonymous();

        first.expectClose(1013);
    }

    @Test
    void whoUsesAPublicNamespaceDoesNotCount() {
        FakeClient reader = hub.anonymous().subscribesTo("public:1");
        FakeClient visitor = hub.client().channels("public:2").connects().greeted();
        FakeClient first = hub.anonymous();
        FakeClient second = hub.anonymous();

        reader.expectOpen();
        visitor.expectOpen();
        first.expectOpen();
        second.expectOpen();
        assertThat(hub.hub().pending().count()).isEqualTo(2);
    }

    @Test
    void aSubscriptionThatIsRefusedDoesNotHelp() {
        FakeClient first = hub.anonymous();
        first.sends("{'type':'subscribe','channel':'orders:1'}").expectError("unauthenticated");
        hub.anonymous();

        hub.anonymous();

        first.expectClose(1013);
    }

    @Test
    void whoHasLeftDoesNotCount() {
        FakeClient first = hub.anonymous();
        hub.anonymous().client().gone();

        hub.anonymous();

        first.expectOpen();
    }

    @Test
    void whoseTokenHasExpiredDoesNotCount() {
        // It has shown who it is, and has a grace of its own in which to bring another token.
        FakeClient expired = hub.client()
                .token(aTokenFor("alice").expiringAfter(Duration.ofSeconds(20)))
                .connects()
                .greeted();
        hub.pass(Duration.ofSeconds(30));
        assertThat(expired.connection().caller().authenticated()).isFalse();

        FakeClient first = hub.anonymous();
        FakeClient second = hub.anonymous();

        expired.expectOpen();
        first.expectOpen();
        second.expectOpen();
    }

    @Test
    void whoIsClosedForBeingLateDoesNotCount() {
        hub.anonymous();
        hub.anonymous();
        hub.pass(Duration.ofSeconds(11));

        assertThat(hub.hub().pending().count()).isZero();
        hub.anonymous().expectOpen();
        hub.anonymous().expectOpen();
    }

    @Test
    void whoDoesNotReadMakesRoomToo() {
        FakeClient stuck = hub.anonymous();
        stuck.transport().hold();
        stuck.sends("{'type':'ping'}");
        hub.anonymous();

        hub.anonymous();

        assertThat(hub.hub().pending().count()).isEqualTo(2);
        stuck.transport().release();
        hub.settle();
        stuck.expectClose(1013);
    }

    private static FakeClient authenticated(FakeClient client) {
        return client.sends(
                        "{'type':'authenticate','token':'" + aTokenFor("alice").signed() + "'}")
                .expectLike("{'type':'authenticated'}");
    }
}
