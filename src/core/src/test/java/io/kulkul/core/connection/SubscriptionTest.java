package io.kulkul.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestHub;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a subscription costs, and what it holds back. */
class SubscriptionTest {

    private final TestHub hub = TestHub.open();

    private static Subscription subscription(FakeClient client, String name) {
        Subscription found = client.connection().subscription(name);
        if (found == null) {
            throw new AssertionError("no subscription to " + name);
        }
        return found;
    }

    @Test
    void aPatternHasOneCursorPerChannelInWhichSomethingWaits() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:*");
        client.transport().hold();
        hub.publish("a:0", "0");

        for (int i = 1; i <= 100; i++) {
            hub.publish("a:" + i, "1");
            hub.publish("a:" + i, "2");
        }

        assertThat(subscription(client, "a:*").cursors()).hasSize(100);
        assertThat(client.connection().lag()).isEqualTo(200);
    }

    @Test
    void aPatternThatHasCaughtUpHasNone() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:*");

        for (int i = 0; i < 1000; i++) {
            hub.publish("a:" + i, "1");
        }

        assertThat(client.rest()).hasSize(1000);
        assertThat(subscription(client, "a:*").cursors()).isEmpty();
        assertThat(client.connection().lag()).isZero();
    }

    @Test
    void aPatternGoesOnInAChannelWhereItHadCaughtUp() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:*");

        hub.publishNumbers("a:1", 1, 3);
        client.transport().hold();
        hub.publishNumbers("a:1", 4, 6);
        client.transport().release();

        client.expectNumbers("a:1", 1, 6).expectNothing();
    }

    @Test
    void whatAFilterDoesNotAcceptMakesNobodyReady() {
        FakeClient client = hub.clientOf("alice");
        client.sends("{'type':'subscribe','channel':'a:*','filter':{'wanted':true}}")
                .next();
        client.transport().hold();

        hub.publish("a:1", "{'wanted':false}");

        assertThat(subscription(client, "a:*").cursors()).isEmpty();
        assertThat(client.transport().writing()).isFalse();
    }

    @Test
    void aSubscriptionThatIsHeldSendsNothingUntilItIsReleased() {
        FakeClient client = hub.clientOf("alice");
        Subscription held = client.connection().begin("a:1", null, false);
        hub.hub().channels().subscribe(new ChannelId("", "a:1"), held, null, held::enterAt);

        hub.publishNumbers("a:1", 1, 3);
        client.expectNothing();
        client.connection().release(held, List.of());

        client.expectNumbers("a:1", 1, 3);
    }

    @Test
    void whatIsReplayedGoesBeforeWhatCameWhileItWasHeld() {
        hub.publishNumbers("a:1", 1, 2);
        FakeClient client = hub.clientOf("alice");
        Subscription held = client.connection().begin("a:1", null, false);
        var replay = hub.hub()
                .channels()
                .subscribe(
                        new ChannelId("", "a:1"),
                        held,
                        new io.kulkul.core.protocol.Since.After(0, null),
                        held::enterAt);
        hub.publishNumbers("a:1", 3, 4);

        client.connection().release(held, replay.events());

        client.expectNumbers("a:1", 1, 4).expectNothing();
    }

    @Test
    void aSubscriptionThatEndedWhileItWasHeldSendsNothingEver() {
        hub.publish("a:1", "1");
        FakeClient client = hub.clientOf("alice");
        Subscription held = client.connection().begin("a:1", null, false);
        var replay = hub.hub()
                .channels()
                .subscribe(
                        new ChannelId("", "a:1"),
                        held,
                        new io.kulkul.core.protocol.Since.After(0, null),
                        held::enterAt);
        client.connection().end(held);

        client.connection().release(held, replay.events());
        hub.publish("a:1", "2");

        client.expectNothing();
    }

    @Test
    void anExactAndAPatternSubscriptionAreTwoSubscriptions() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1").subscribesTo("a:*");

        hub.publish("a:1", "1");

        assertThat(client.rest())
                .hasSize(2)
                .satisfiesOnlyOnce(frame -> assertThat(frame).containsKey("pattern"));
    }

    @Test
    void theMostSubscribersOfAChannelAreAllWoken() {
        TestHub many = TestHub.with().maxPerUser(1000).open();
        List<FakeClient> clients = java.util.stream.IntStream.range(0, 200)
                .mapToObj(i -> many.clientOf("alice").subscribesTo(i % 2 == 0 ? "a:1" : "a:*"))
                .toList();

        many.publish("a:1", "1");

        assertThat(clients).allSatisfy(client -> client.expectMessage("a:1", "1"));
    }
}
