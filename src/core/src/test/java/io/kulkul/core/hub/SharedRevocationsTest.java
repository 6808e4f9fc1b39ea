package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.access.Caller;
import io.kulkul.core.access.Permissions;
import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestCluster;
import io.kulkul.core.testkit.TestCluster.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Revocations on instances that were not there when the operator gave them. */
class SharedRevocationsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Caller OPERATOR =
            new Caller("root", null, new Permissions(List.of("admin")), Set.of(), null, Instant.MAX, null);

    private final TestCluster cluster = new TestCluster();

    private static void revoke(Instance on, String tokenId) {
        assertThat(on.hub().hub().operating().revokeToken(OPERATOR, "", tokenId, null))
                .isNotNull();
    }

    private static FakeClient connects(Instance to, String tokenId) {
        return to.hub().client().token(aTokenFor("alice").withId(tokenId)).connects();
    }

    private static int known(Instance instance) {
        return instance.hub().hub().revocations().count();
    }

    @Test
    void anInstanceThatStartsLaterLearnsOfThem() {
        Instance a = cluster.start("a");
        revoke(a, "t1");

        Instance b = cluster.start("b");

        connects(b, "t1").expectLike("{'type':'error','code':'token_invalid'}").expectClose(4401);
    }

    @Test
    void aConnectionThatWasFasterEndsWhenItsInstanceLearnsOfThem() {
        Instance a = cluster.start("a");
        revoke(a, "t1");
        cluster.network.lose(message -> true);
        Instance b = cluster.start("b");
        FakeClient client = connects(b, "t1").greeted();

        cluster.network.loseNothing();
        cluster.pass(SECOND);

        client.expectLike("{'type':'error','code':'token_invalid'}").expectClose(4401);
    }

    @Test
    void anInstanceThatWasCutOffLearnsOfThem() {
        Instance a = cluster.start("a");
        Instance b = cluster.start("b");
        b.bus().cut();
        revoke(a, "t1");
        revoke(b, "t2");
        cluster.pass(Duration.ofSeconds(20));

        b.bus().heal();
        cluster.pass(SECOND);

        connects(b, "t1").expectClose(4401);
        connects(a, "t2").expectClose(4401);
    }

    @Test
    void aSingleCommandThatWasLostIsMadeUpFor() {
        Instance a = cluster.start("a");
        Instance b = cluster.start("b");
        cluster.network.loseNotices("command");
        revoke(a, "t1");
        cluster.settle();
        cluster.network.loseNothing();

        cluster.pass(SECOND);

        connects(b, "t1").expectClose(4401);
    }

    @Test
    void theyAreLearnedOfWhoeverKnowsThemAlsoWhenWhoGaveThemIsGone() {
        Instance a = cluster.start("a");
        cluster.start("b");
        revoke(a, "t1");
        cluster.settle();
        cluster.kill(a);

        Instance c = cluster.start("c");

        connects(c, "t1").expectClose(4401);
    }

    @Test
    void manyTravelInPartsAndALostPartIsAskedForAgain() {
        Instance a = cluster.start("a");
        for (int i = 0; i < 3 * SharedRevocations.MAX_REVOCATIONS + 1; i++) {
            revoke(a, "t" + i);
        }
        cluster.network.lose(message -> message.json() != null && message.json().contains("\"part\":2"));
        Instance b = cluster.start("b");
        cluster.pass(SECOND);
        assertThat(known(b)).isZero();

        cluster.network.loseNothing();
        cluster.pass(SECOND);

        assertThat(known(b)).isEqualTo(3 * SharedRevocations.MAX_REVOCATIONS + 1);
    }

    @Test
    void theyAreKeptNoLongerThanWhereTheyWereGiven() {
        Instance a = cluster.start("a");
        assertThat(a.hub()
                        .hub()
                        .operating()
                        .revokeToken(OPERATOR, "", "t1", a.hub().hub().now().plusSeconds(10)))
                .isNotNull();
        Instance b = cluster.start("b");
        assertThat(known(b)).isOne();

        cluster.pass(Duration.ofSeconds(12));

        assertThat(known(a)).isZero();
        assertThat(known(b)).isZero();
    }

    @Test
    void whatEverybodyKnowsIsNotSentAgain() {
        Instance a = cluster.start("a");
        cluster.start("b");
        revoke(a, "t1");
        cluster.settle();

        cluster.network.lose(message -> {
            assertThat(message.kind()).isEqualTo("alive");
            return false;
        });

        cluster.pass(Duration.ofSeconds(3));
    }
}
