package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Two servers, an Artemis broker and a PostgreSQL: whichever of them dies, every client has every event of its channels once and in order.
 *
 * <p>What happened is written to {@code target/cluster-report.txt}.
 */
class ClusterIT {

    @Test
    void whateverDiesEveryClientHasEveryEventOnceAndInOrder() throws Exception {
        try (Cluster cluster = new Cluster("kulkulCluster")
                        .withArtemis()
                        .withPostgresql()
                        .withSetting("kulkul.namespace.\"*\".log", "database")
                        .withSetting("kulkul.namespace.race.client-publish", "true")
                        .withSetting("kulkul.namespace.race.history-size", "100000")
                        .withSetting("kulkul.replay.max-events", "100000")
                        .start(2);
                ClusterScenario scenario = new ClusterScenario(cluster)) {
            scenario.during("nothing is broken", ClusterScenario.CALM, () -> {}, () -> {});
            scenario.pauseOne();
            scenario.during(
                    "a client is paused, and the broker is killed meanwhile",
                    ClusterScenario.OUTAGE,
                    () -> cluster.broker().kill(),
                    () -> {
                        cluster.broker().start();
                        scenario.continueOne();
                    });
            scenario.during(
                    "an instance is killed",
                    Duration.ZERO,
                    () -> cluster.server(1).kill(),
                    () -> cluster.server(1).start().awaitReady());
            scenario.during(
                    "the database restarts",
                    Duration.ofSeconds(1),
                    () -> cluster.database().stop(),
                    () -> cluster.database().start());
            scenario.during(
                    "the instances do not reach the broker and are not told",
                    ClusterScenario.OUTAGE,
                    () -> cluster.relay().silence(),
                    () -> cluster.relay().mend());
            scenario.during(
                    "the instances are refused by the broker",
                    ClusterScenario.OUTAGE,
                    () -> cluster.relay().cut(),
                    () -> cluster.relay().mend());

            ClusterRecords.Report report = scenario.finish();

            write(report + "\n" + scenario);
            assertThat(report.flawless()).as(report + "\n" + scenario).isTrue();
            assertThat(report.events()).isPositive();
        }
    }

    private static void write(String report) throws IOException {
        Files.writeString(
                Path.of(System.getProperty("kulkul.it.servers")).resolveSibling("cluster-report.txt"), report + "\n");
    }
}
