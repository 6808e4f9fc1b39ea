package io.kulkul.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.bus.Member;
import io.kulkul.core.bus.Members;
import io.kulkul.core.testkit.LogLines;
import io.kulkul.core.testkit.TestCluster;
import io.kulkul.core.testkit.TestCluster.Instance;
import io.kulkul.core.testkit.TestHub;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which instances are alive. */
class MembershipTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final TestCluster cluster = new TestCluster();

    private static List<String> seenBy(Instance instance) {
        return instance.hub().hub().instances().stream().map(Member::name).toList();
    }

    @Test
    void anInstanceByItselfIsTheOnlyOne() {
        TestHub alone = TestHub.with().instance("alone").open();
        alone.clientOf("alice");

        List<Member> instances = alone.hub().instances();

        assertThat(instances).containsExactly(alone.hub().self());
        assertThat(instances.get(0).name()).isEqualTo("alone");
        assertThat(instances.get(0).connections()).isOne();
    }

    @Test
    void whoStartsKnowsTheOthersAtOnceAndIsKnownToThem() {
        Instance a = cluster.start("a");
        Instance b = cluster.start("b");
        Instance c = cluster.start("c");

        assertThat(seenBy(a)).containsExactly("a", "b", "c");
        assertThat(seenBy(b)).containsExactly("a", "b", "c");
        assertThat(seenBy(c)).containsExactly("a", "b", "c");
    }

    @Test
    void theOthersKnowWithinASecondHowManyConnectionsAnInstanceHas() {
        Instance a = cluster.start("a");
        Instance b = cluster.start("b");
        b.hub().clientOf("alice");

        cluster.pass(SECOND);

        assertThat(a.hub().hub().instances().get(1)).isEqualTo(b.hub().hub().self());
        assertThat(a.hub().hub().instances().get(1).connections()).isOne();
    }

    @Test
    void anInstanceThatDiesIsGoneAfterFiveSeconds() {
        Instance a = cluster.start("a");
        Instance b = cluster.start("b");

        cluster.kill(b);
        cluster.pass(Duration.ofSeconds(4));
        assertThat(seenBy(a)).containsExactly("a", "b");
        cluster.pass(SECOND);
        assertThat(seenBy(a)).containsExactly("a");
    }

    @Test
    void anInstanceThatStopsIsGoneAtOnce() {
        Instance a = cluster.start("a");
        Instance b = cluster.start("b");

        cluster.stop(b);

        assertThat(seenBy(a)).containsExactly("a");
    }

    @Test
    void instancesThatCannotReachEachOtherMeetAgain() {
        Instance a = cluster.start("a");
        Instance b = cluster.start("b");

        b.bus().cut();
        cluster.pass(Duration.ofSeconds(20));
        assertThat(seenBy(a)).containsExactly("a");
        assertThat(seenBy(b)).containsExactly("b");

        b.bus().heal();
        cluster.pass(SECOND);
        assertThat(seenBy(a)).containsExactly("a", "b");
        assertThat(seenBy(b)).containsExactly("a", "b");
    }

    @Test
    void twoInstancesOfTheSameNameBothSaySoOnceInTheLog() {
        try (LogLines log = LogLines.of(Members.class.getName())) {
            cluster.start("a");
            cluster.start("a");
            Instance other = cluster.start("b");
            cluster.pass(Duration.ofSeconds(10));

            assertThat(log.take("KULKUL0523E")).hasSize(2).allMatch(line -> line.contains(" a, "));
            assertThat(seenBy(other)).containsExactly("a", "a", "b");
        }
    }

    @Test
    void anInstanceThatComesBackUnderItsNameIsNotTakenForASecondOne() {
        try (LogLines log = LogLines.of(Members.class.getName())) {
            Instance a = cluster.start("a");
            cluster.kill(cluster.start("b"));
            cluster.start("b");
            cluster.pass(Duration.ofSeconds(6));

            assertThat(log.take("KULKUL0523E")).isEmpty();
            assertThat(seenBy(a)).containsExactly("a", "b");
        }
    }

    @Test
    void aNoticeThatCannotBeReadIsLoggedAndSkipped() {
        Instance a = cluster.start("a");
        try (LogLines log = LogLines.of(Cluster.class.getName())) {
            for (String kind : List.of("alive", "users", "allUsers", "allRevocations", "command", "answer")) {
                cluster.network.foreignNotice("x", kind, "nonsense");
                cluster.network.foreignNotice("x", kind, "[]");
                cluster.network.foreignNotice("x", kind, "{}");
                cluster.network.foreignNotice("x", kind, "{\"incarnation\":\"x\"}");
                cluster.network.foreignNotice(
                        "x",
                        kind,
                        "{\"incarnation\":\"x\",\"started\":1,\"connections\":\"many\",\"number\":-1,\"counts\":[],"
                                + "\"revocations\":{},\"command\":\"dance\",\"request\":\"r\",\"result\":\"fine\"}");
            }
            cluster.network.foreignNotice("x", "unknown", "nonsense");
            cluster.settle();

            assertThat(log.take("KULKUL0524W")).hasSize(30);
            assertThat(log.take("KULKUL")).isEmpty();
        }
        assertThat(seenBy(a)).containsExactly("a");
    }
}
