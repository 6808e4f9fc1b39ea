package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestCluster;
import io.kulkul.core.testkit.TestCluster.Instance;
import io.kulkul.core.testkit.TestHub;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How many connections a user may have on all instances together. */
class UserLimitInClusterTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MOMENT = Duration.ofMillis(100);

    private final TestCluster cluster = new TestCluster();

    private FakeClient connects(Instance to, String user) {
        FakeClient client = to.hub().client().token(aTokenFor(user)).connects();
        cluster.pass(MOMENT);
        return client;
    }

    @Test
    void theLimitHoldsForAllInstancesTogether() {
        Instance a = cluster.start("a");
        Instance b = cluster.start("b");
        Instance c = cluster.start("c");
        connects(a, "alice").greeted();
        connects(a, "alice").greeted();
        connects(b, "alice").greeted();
        FakeClient fourth = connects(c, "alice").greeted();
        connects(c, "alice").greeted();

        connects(a, "alice").expectClose(4409);
        connects(b, "alice").expectClose(4409);
        connects(c, "alice").expectClose(4409);
        connects(a, "bob").greeted().expectOpen();

        fourth.client().gone();
        cluster.pass(MOMENT);
        connects(b, "alice").greeted().expectOpen();
    }

    @Test
    void connectsAtTheSameTimeMayBothBeLetIn() {
        Instance a = cluster.start("a", hub -> hub.maxPerUser(1));
        Instance b = cluster.start("b", hub -> hub.maxPerUser(1));

        FakeClient here = a.hub().clientOf("alice");
        FakeClient there = b.hub().clientOf("alice");
        cluster.pass(MOMENT);

        here.expectOpen();
        there.expectOpen();
        connects(a, "alice").expectClose(4409);
    }

    @Test
    void whoStartsLaterKnowsTheOthersCounts() {
        Instance a = cluster.start("a", hub -> hub.maxPerUser(1));
        connects(a, "alice");

        Instance b = cluster.start("b", hub -> hub.maxPerUser(1));

        connects(b, "alice").expectClose(4409);
    }

    @Test
    void theConnectionsOfAnInstanceThatDiedDoNotKeepTheirUsersOut() {
        Instance a = cluster.start("a", hub -> hub.maxPerUser(1));
        Instance b = cluster.start("b", hub -> hub.maxPerUser(1));
        connects(b, "alice");
        cluster.kill(b);

        cluster.pass(Duration.ofSeconds(3));

        connects(a, "alice").greeted().expectOpen();
    }

    @Test
    void theConnectionsOfAnInstanceThatStopsDoNotKeepTheirUsersOut() {
        Instance a = cluster.start("a", hub -> hub.maxPerUser(1));
        Instance b = cluster.start("b", hub -> hub.maxPerUser(1));
        connects(b, "alice");

        cluster.stop(b);

        connects(a, "alice").greeted().expectOpen();
    }

    @Test
    void theConnectionsOfAnInstanceThatDrainsDoNotKeepTheirUsersOut() {
        Instance a = cluster.start("a", hub -> hub.maxPerUser(1));
        String life =
                "{\"incarnation\":\"x\",\"started\":1,\"connections\":1,\"users\":1,\"revocations\":0,\"draining\":";
        cluster.network.foreignNotice("x", "alive", life + "false}");
        cluster.network.foreignNotice("x", "users", "{\"incarnation\":\"x\",\"number\":1,\"counts\":{\"\\nalice\":1}}");
        connects(a, "alice").expectClose(4409);

        cluster.network.foreignNotice("x", "alive", life + "true}");

        connects(a, "alice").greeted().expectOpen();
    }

    @Test
    void whatWasLostIsMadeUpForWithinASecond() {
        Instance a = cluster.start("a", hub -> hub.maxPerUser(1));
        Instance b = cluster.start("b", hub -> hub.maxPerUser(1));
        connects(b, "carol");
        cluster.network.loseNotices("users");
        connects(b, "alice");
        cluster.network.loseNothing();
        connects(b, "bob");

        cluster.pass(SECOND);

        connects(a, "alice").expectClose(4409);
        connects(a, "bob").expectClose(4409);
    }

    @Test
    void afterBeingCutOffInstancesCountEachOthersAgain() {
        Instance a = cluster.start("a", hub -> hub.maxPerUser(1));
        Instance b = cluster.start("b", hub -> hub.maxPerUser(1));
        connects(b, "alice");
        b.bus().cut();
        cluster.pass(Duration.ofSeconds(20));
        b.bus().heal();
        cluster.pass(SECOND);

        connects(a, "alice").expectClose(4409);
    }

    @Test
    void manyUsersAreToldInAFewNotices() {
        Instance a = cluster.start("a", hub -> hub.maxPerUser(1));
        Instance b = cluster.start("b", hub -> hub.maxPerUser(1));
        for (int i = 0; i < 1100; i++) {
            a.hub().hub().users().admit("\nuser-" + i, 1);
        }
        assertThat(cluster.network.pending()).isZero();

        a.hub().pass(Duration.ZERO);
        assertThat(cluster.network.pending()).isEqualTo(3);
        cluster.settle();

        connects(b, "user-1099").expectClose(4409);
        Instance c = cluster.start("c", hub -> hub.maxPerUser(1));
        connects(c, "user-0").expectClose(4409);
        connects(c, "user-1099").expectClose(4409);
        connects(c, "user-1100").greeted().expectOpen();
    }

    @Test
    void changesWithinATenthOfASecondTravelTogether() {
        Instance a = cluster.start("a");
        cluster.start("b");
        a.hub().clientOf("alice");
        a.hub().pass(Duration.ZERO);
        assertThat(cluster.network.pending()).isOne();
        cluster.settle();

        a.hub().clientOf("bob");
        a.hub().clientOf("carol");
        a.hub().pass(Duration.ofMillis(99));
        assertThat(cluster.network.pending()).isZero();
        a.hub().pass(Duration.ofMillis(1));
        assertThat(cluster.network.pending()).isOne();
    }

    @Test
    void anInstanceByItselfTellsNobody() {
        TestHub alone = TestHub.open();
        int timers = alone.timer.pending();

        alone.clientOf("alice");

        assertThat(alone.timer.pending()).isEqualTo(timers);
        assertThat(alone.hub().users().takeChanges()).isEmpty();
    }
}
