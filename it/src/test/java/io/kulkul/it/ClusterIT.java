package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Two servers, an Artemis broker and a PostgreSQL: whichever of them dies, every client has every event of its channels once and in order.
 *
 * <p>What happened is written to {@code target/cluster-report.txt}.
 */
class ClusterIT {
    /** So often the database is killed besides, so that what each time leaves behind adds up. */
    private static final int KILLS = 2;

    @Test
    void whateverDiesEveryClientHasEveryEventOnceAndInOrder() throws Exception {
        try (Cluster cluster = new Cluster("kulkulCluster")
                .withArtemis()
                .withPostgresql()
                .withSetting("kulkul.namespace.\"*\".log", "database")
                .withSetting("kulkul.namespace.race.client-publish", "true")
                .withSetting("kulkul.namespace.race.history-size", "100000")
                .withSetting("kulkul.replay.max-events", "100000")
                .start(2)) {
            everybodyHasEverythingWhateverDies(cluster);
            for (SecondServer server : List.of(cluster.server(0), cluster.server(1))) {
                onlyTheListenerHasAConnection(server);
            }
        }
    }

    private static void everybodyHasEverythingWhateverDies(Cluster cluster) throws Exception {
        try (ClusterScenario scenario = new ClusterScenario(cluster)) {
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
            for (int i = 0; i < KILLS; i++) {
                scenario.during(
                        "the database is killed",
                        Duration.ZERO,
                        () -> cluster.database().kill(),
                        () -> cluster.database().start());
            }
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

    /**
     * Open Liberty kept a thread's connection for the thread, also a broken one. Each time the database was away, connections were missing in
     * the pool afterwards: those of the threads that had asked in vain, and the one that listens for the outbox's signal.
     */
    private static void onlyTheListenerHasAConnection(SecondServer server) throws Exception {
        long deadline = System.nanoTime() + KulkulClient.PATIENCE.toNanos();
        double inUse = inUse(server);
        // What is done now and then takes one for a moment.
        while (inUse != 1 && System.nanoTime() < deadline) {
            Thread.sleep(50);
            inUse = inUse(server);
        }
        assertThat(inUse).as("connections in use, when nothing goes on").isEqualTo(1);
        assertThat(server.messages())
                .as("that a connection was waited for in vain")
                .noneMatch(line -> line.contains("J2CA0045E"));
    }

    private static double inUse(SecondServer server) throws IOException, InterruptedException {
        ServerMetrics metrics = ServerMetrics.read(new KulkulApi("", server::http));
        return metrics.sum("connectionpool_managedConnections{datasource=\"jdbc_kulkul\"")
                - metrics.sum("connectionpool_freeConnections{datasource=\"jdbc_kulkul\"");
    }

    private static void write(String report) throws IOException {
        Files.writeString(
                Path.of(System.getProperty("kulkul.it.servers")).resolveSibling("cluster-report.txt"), report + "\n");
    }
}
