package io.kulkul.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.TestCluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How an instance learns how the others are. */
class SharedStatisticsTest {

    private final TestCluster cluster = new TestCluster();
    private final TestCluster.Instance a = cluster.start("a");
    private final TestCluster.Instance b = cluster.start("b");
    private final TestCluster.Instance c = cluster.start("c");

    @Test
    void whatAnInstanceTellsOfItselfTheOthersKnow() {
        tell(c, "{\"instance\":\"c\"}");
        tell(b, "{\"instance\":\"b\"}");

        assertThat(a.hub().hub().statistics().others()).containsExactly("{\"instance\":\"b\"}", "{\"instance\":\"c\"}");
        assertThat(b.hub().hub().statistics().others()).containsExactly("{\"instance\":\"c\"}");
    }

    @Test
    void theLatestCounts() {
        tell(b, "{\"connections\":1}");
        tell(b, "{\"connections\":2}");

        assertThat(a.hub().hub().statistics().others()).containsExactly("{\"connections\":2}");
    }

    @Test
    void anInstanceThatSaysGoodbyeIsForgotten() {
        tell(b, "{}");

        cluster.stop(b);

        assertThat(a.hub().hub().statistics().others()).isEmpty();
    }

    @Test
    void anInstanceThatDiesIsForgotten() {
        tell(b, "{}");

        cluster.kill(b);
        cluster.pass(Duration.ofSeconds(7));

        assertThat(a.hub().hub().statistics().others()).isEmpty();
    }

    private void tell(TestCluster.Instance instance, String statistics) {
        instance.hub().hub().statistics().tell(statistics);
        cluster.settle();
    }
}
