package io.kulkul.core.hub;

import static io.kulkul.core.testkit.JsonTexts.without;
import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.channel.NamespaceOptions.Access;
import io.kulkul.core.protocol.CloseCode;
import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.JsonTexts;
import io.kulkul.core.testkit.TestHub;
import jakarta.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What becomes of a connection whose handshake is over. */
class ConnectingTest {

    private final TestHub hub = TestHub.open();

    @Test
    void theGreetingSaysEverythingAClientNeedsToKnow() {
        FakeClient client =
                hub.client().token(aTokenFor("alice").inTenant("acme")).connects();

        JsonObject greeting = client.next();

        assertThat(without(greeting, "connection", "session"))
                .isEqualTo(JsonTexts.object("{'type':'connected','instance':'instance-1','protocol':'kulkul.v1',"
                        + "'heartbeat':25000,'limits':{'messageBytes':524288,'subscriptions':50,'messagesPerSecond':100},"
                        + "'user':'alice','tenant':'acme','channels':[]}"));
        assertThat(greeting.getString("connection")).hasSize(22).isNotEqualTo(greeting.getString("session"));
    }

    @Test
    void aGreetingWithoutATokenNamesNoUserAndNoTenant() {
        JsonObject greeting = hub.client().connects().next();

        assertThat(greeting).doesNotContainKeys("user", "tenant");
    }

    @Test
    void aClientThatTakesBatchesIsToldSo() {
        FakeClient client = hub.client().batch(0).connects();

        client.expectLike("{'type':'connected','protocol':'kulkul.v1+batch'}");
    }

    @Test
    void theTokenOfTheHandshakeCounts() {
        FakeClient client = hub.client().token(aTokenFor("alice")).connects();

        client.expectLike("{'type':'connected','user':'alice'}");
        assertThat(client.connection().caller().user()).isEqualTo("alice");
    }

    @Test
    void aWrongTokenIsSaidToBeWrongAndCloses() {
        FakeClient client = hub.client().token("not.a.token").connects();

        client.expectError("token_invalid").expectNothing().expectClose(4401);
    }

    @Test
    void anExpiredTokenIsSaidToBeExpiredAndCloses() {
        FakeClient client = hub.client()
                .token(aTokenFor("alice").expiringAfter(Duration.ofHours(-1)))
                .connects();

        client.expectError("token_expired").expectClose(4401);
    }

    @Test
    void anUnknownDialectIsSaidToBeUnknownAndCloses() {
        FakeClient client = hub.client().dialect("klingon").connects();

        client.expectError("unknown_dialect").expectNothing().expectClose(4400);
    }

    @Test
    void theQueryMayNameTheNativeDialect() {
        hub.client().dialect("kulkul").connects().expectLike("{'type':'connected','protocol':'kulkul.v1'}");
    }

    @Test
    void aFullInstanceSendsTheNextOneElsewhere() {
        TestHub small = TestHub.with().maxTotal(1).open();
        FakeClient first = small.anonymous();

        FakeClient second = small.client().connects();

        second.expectNothing().expectClose(1013);
        first.expectOpen();
    }

    @Test
    void aFullInstanceTakesAnotherOneWhenOneHasLeft() {
        TestHub small = TestHub.with().maxTotal(1).open();
        small.anonymous().client().gone();

        small.anonymous().expectOpen();
    }

    @Test
    void theNewConnectionOfAUserWhoHasTooManyIsRefused() {
        TestHub small = TestHub.with().maxPerUser(2).open();
        FakeClient first = small.clientOf("alice");
        small.clientOf("alice");

        FakeClient third = small.client().token(aTokenFor("alice")).connects();

        third.expectNothing().expectClose(4409);
        first.expectOpen();
        small.clientOf("bob").expectOpen();
    }

    @Test
    void aUserMayComeBackWhenOneOfTheirConnectionsHasLeft() {
        TestHub small = TestHub.with().maxPerUser(1).open();
        small.clientOf("alice").client().gone();

        small.clientOf("alice").expectOpen();
    }

    @Test
    void aRefusedConnectionDoesNotUseUpItsUsersPlaces() {
        TestHub small = TestHub.with().maxPerUser(1).open();
        FakeClient first = small.clientOf("alice");
        small.client().token(aTokenFor("alice")).connects().expectClose(4409);

        first.client().gone();

        small.clientOf("alice").expectOpen();
    }

    @Test
    void usersOfDifferentTenantsAreDifferentUsers() {
        TestHub small = TestHub.with().maxPerUser(1).open();

        small.client().token(aTokenFor("alice").inTenant("acme")).connects().expectOpen();
        small.client().token(aTokenFor("alice").inTenant("globex")).connects().expectOpen();
    }

    @Test
    void anAdministratorHasNoLimitOfConnections() {
        TestHub small = TestHub.with().maxPerUser(1).open();

        for (int i = 0; i < 3; i++) {
            small.client()
                    .token(aTokenFor("root").withScope("admin"))
                    .connects()
                    .expectOpen();
        }
    }

    @Test
    void aTokenOfAnotherTenantThanThePathsIsRefused() {
        FakeClient client = hub.client()
                .tenant("globex")
                .token(aTokenFor("alice").inTenant("acme"))
                .connects();

        client.expectNothing().expectClose(4403);
    }

    @Test
    void theChannelsOfTheQueryAreSubscribedAtOnce() {
        FakeClient client =
                hub.client().token(aTokenFor("alice")).channels("a:1", "b:*").connects();

        client.expectLike("{'type':'connected','channels':['a:1','b:*']}")
                .expectLike("{'type':'subscribed','channel':'a:1'}")
                .expectLike("{'type':'subscribed','channel':'b:*'}")
                .expectNothing();
        hub.publish("b:7", "1");
        client.expectMessage("b:7", "1");
    }

    @Test
    void theQuerysSinceReplaysWhatWasMissed() {
        hub.publishNumbers("a:1", 1, 5);

        FakeClient client = hub.client()
                .token(aTokenFor("alice"))
                .channels("a:1")
                .since("a:1", 3)
                .connects();

        client.greeted()
                .expectLike("{'type':'subscribed','channel':'a:1','recovered':true,'replayed':2}")
                .expectNumbers("a:1", 4, 5)
                .expectNothing();
    }

    @Test
    void aChannelThatTheQueryNamesTwiceIsSubscribedOnce() {
        FakeClient client = hub.client()
                .token(aTokenFor("alice"))
                .channels("a:1", "a:1", "user:me", "user:alice", "user:me")
                .connects();

        client.expectLike("{'type':'connected','channels':['a:1','user:alice']}")
                .expectLike("{'type':'subscribed','channel':'a:1'}")
                .expectLike("{'type':'subscribed','channel':'user:alice'}")
                .expectNothing();
    }

    @Test
    void anImpossibleChannelOfTheQueryIsAnErrorAndNoObstacleToTheOthers() {
        FakeClient client = hub.client()
                .token(aTokenFor("alice"))
                .channels("no good", "a:1")
                .connects();

        client.expectLike("{'type':'connected','channels':['a:1']}")
                .expectError("bad_channel")
                .expectLike("{'type':'subscribed','channel':'a:1'}");
    }

    @Test
    void theQuerysChannelsWaitForAToken() {
        FakeClient client = hub.client().channels("a:1").connects();
        client.expectLike("{'type':'connected','channels':[]}").expectNothing();

        client.sends("{'type':'authenticate','token':'" + aTokenFor("alice").signed() + "'}");

        client.expectLike("{'type':'authenticated'}").expectLike("{'type':'subscribed','channel':'a:1'}");
    }

    @Test
    void theQuerysPublicChannelsWaitForNoToken() {
        FakeClient client = hub.client().channels("public:1", "a:1").connects();

        client.expectLike("{'type':'connected','channels':['public:1']}")
                .expectLike("{'type':'subscribed','channel':'public:1'}")
                .expectNothing();
        client.sends("{'type':'authenticate','token':'" + aTokenFor("alice").signed() + "'}");
        client.expectLike("{'type':'authenticated'}")
                .expectLike("{'type':'subscribed','channel':'a:1'}")
                .expectNothing();
    }

    @Test
    void withoutATokenAConnectionIsClosedAfterTheTimeToAuthenticate() {
        FakeClient client = hub.anonymous();

        hub.pass(Duration.ofSeconds(9));
        client.expectOpen();
        hub.pass(Duration.ofSeconds(1));

        client.expectError("unauthenticated").expectClose(4401);
    }

    @Test
    void aConnectionThatUsesAPublicNamespaceMayStayWithoutAToken() {
        FakeClient client = hub.anonymous().subscribesTo("public:1");

        hub.pass(Duration.ofSeconds(20));

        client.expectOpen();
    }

    @Test
    void aConnectionThatHasLeftThePublicNamespaceMayNot() {
        FakeClient client = hub.anonymous().subscribesTo("public:1");
        hub.pass(Duration.ofSeconds(20));

        client.sends("{'type':'unsubscribe','channel':'public:1'}");
        hub.pass(Duration.ofSeconds(1));

        client.expectClose(4401);
    }

    @Test
    void everyNamespaceMayBePublic() {
        TestHub open = TestHub.with()
                .defaults(options -> options.access(Access.PUBLIC))
                .open();

        open.anonymous().subscribesTo("anything").subscribesTo("a:*");
    }

    @Test
    void whoLeavesIsForgotten() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1").subscribesTo("a:*");

        client.client().gone();

        assertThat(hub.hub().connections().count()).isZero();
        assertThat(hub.hub().subscriptionCount()).isZero();
        assertThat(hub.hub().channels().info(new io.kulkul.core.eventlog.ChannelId("", "a:1")))
                .returns(0, info -> info.subscribers())
                .returns(0, info -> info.patternSubscribers());
        assertThat(hub.meter.of("closed.gone")).isOne();
    }

    @Test
    void theEndIsCountedOnceHoweverOftenItIsNoticed() {
        FakeClient client = hub.clientOf("alice");

        client.connection().close(CloseCode.DISCONNECTED);
        hub.settle();
        client.client().gone();
        client.connection().close(CloseCode.NORMAL);
        hub.settle();

        client.expectClose(4410);
        assertThat(hub.meter.of("closed")).isOne();
    }

    @Test
    void everyConnectionGetsItsCloseFrameWhenTheHubStops() {
        FakeClient idle = hub.clientOf("alice").subscribesTo("a:1");
        FakeClient stuck = hub.clientOf("bob").subscribesTo("a:1");
        stuck.transport().hold();
        hub.publish("a:1", "1");
        hub.pass(Duration.ofSeconds(1));

        hub.stop();

        idle.expectClose(1012);
        stuck.expectClose(1012);
        assertThat(hub.hub().connections().count()).isZero();
    }

    @Test
    void whoComesBackWhileTheHubStopsGetsACloseFrameToo() {
        hub.stop();

        FakeClient client = hub.client().token(aTokenFor("alice")).connects();

        client.expectNothing().expectClose(1012);
    }

    @Test
    void theTimerEndsWithTheHub() {
        hub.stop();

        assertThat(hub.timer.pending()).isZero();
    }

    @Test
    void operatorsSeeHowLongAgoTheTimerMadeItsRound() {
        hub.pass(Duration.ofMillis(2500));

        assertThat(hub.hub().sinceTick()).isEqualTo(Duration.ofMillis(500).toNanos());
    }
}
