package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestCluster;
import io.kulkul.core.testkit.TestCluster.Instance;
import io.kulkul.core.testkit.TestHub;
import org.junit.jupiter.api.Test;

/** Events without history, published on one instance and received on others. */
class EventsInClusterTest {

    private final TestCluster cluster = new TestCluster();
    private final Instance a = start("a");
    private final Instance b = start("b");

    private Instance start(String name) {
        return cluster.start(
                name,
                hub -> hub.defaults(options -> options.historySize(0))
                        .namespace(TestHub.options("kept").historySize(10)));
    }

    private static FakeClient clientOf(Instance instance, String user) {
        return instance.hub()
                .client()
                .token(aTokenFor(user).inTenant("acme"))
                .connects()
                .greeted();
    }

    private void publishes(Instance on, String channel, String payload) {
        on.hub().publish("acme", channel, payload);
        cluster.settle();
    }

    @Test
    void subscribersOnOtherInstancesReceiveInTheOrderOfThePublisher() {
        FakeClient here = clientOf(a, "alice").subscribesTo("orders:1");
        FakeClient there = clientOf(b, "bob").subscribesTo("orders:1");

        for (int i = 1; i <= 10; i++) {
            a.hub().publish("acme", "orders:1", Integer.toString(i));
        }
        cluster.settle();

        here.expectNumbers("orders:1", 1, 10).expectNothing();
        there.expectNumbers("orders:1", 1, 10).expectNothing();
    }

    @Test
    void whatIsSentToAUserReachesItsConnectionsOnAllInstances() {
        FakeClient here = clientOf(a, "alice");
        FakeClient there = clientOf(b, "alice");
        FakeClient bob = clientOf(b, "bob");
        FakeClient namesake = b.hub().clientOf("alice");

        publishes(a, "user:alice", "1");
        publishes(b, "user:alice", "2");

        here.expectMessage("user:alice", "1").expectMessage("user:alice", "2").expectNothing();
        there.expectMessage("user:alice", "1").expectMessage("user:alice", "2").expectNothing();
        bob.expectNothing();
        namesake.expectNothing();
    }

    @Test
    void whatIsSentToATenantReachesItsConnectionsOnAllInstances() {
        FakeClient here = clientOf(a, "alice");
        FakeClient there = clientOf(b, "bob");
        FakeClient other = b.hub().clientOf("carol");

        publishes(a, "broadcast", "1");

        here.expectMessage("broadcast", "1").expectNothing();
        there.expectMessage("broadcast", "1").expectNothing();
        other.expectNothing();
    }

    @Test
    void aUserWithoutConnectionsWhereItIsPublishedIsReachedToo() {
        FakeClient there = clientOf(b, "alice");

        publishes(a, "user:alice", "1");

        there.expectMessage("user:alice", "1").expectNothing();
    }

    @Test
    void theHubsOwnChannelsStayOnTheirInstance() {
        a.hub().publish("$sys:stats", "1");

        assertThat(cluster.network.pending()).isZero();
    }

    @Test
    void eventsWithHistoryDoNotTravelThisWay() {
        a.hub().publish("acme", "kept:1", "1");

        assertThat(cluster.network.pending()).isZero();
    }
}
