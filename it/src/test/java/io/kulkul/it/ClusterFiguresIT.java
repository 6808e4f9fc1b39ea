package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Measures what {@code docs/performance.md} says about a cluster, and asserts counts only: {@code -Dkulkul.figures=PT30S} says how long each
 * figure is measured, {@code kulkul.figures.warm-up} (PT5S) how long before that counts for nothing, {@code kulkul.figures.start} (PT20S) how
 * long servers that have just started work before any, {@code kulkul.figures.runs} (3) how often, {@code kulkul.figures.rates} (100,2000) at how many events a second, {@code kulkul.figures.channels} (1,10,1000) in how many
 * channels the log's highest rate is looked for. The figures are printed, and added to {@code target/cluster-figures.txt}.
 */
@EnabledIfSystemProperty(named = "kulkul.figures", matches = "P.*")
class ClusterFiguresIT {
    private static final Duration WARM_UP = Duration.parse(System.getProperty("kulkul.figures.warm-up", "PT5S"));
    private static final Duration START = Duration.parse(System.getProperty("kulkul.figures.start", "PT20S"));
    private static final int START_RATE = 2_000;
    private static final int RUNS = Integer.getInteger("kulkul.figures.runs", 3);
    private static final int STREAMS = 4;

    @Test
    void latencyThroughTheEmbeddedEngine() throws Exception {
        try (Cluster cluster = withNamespaces(new Cluster("kulkulFiguresEmbedded").withEmbeddedMessaging())) {
            measure(cluster, "embedded");
        }
    }

    @Test
    void latencyThroughArtemis() throws Exception {
        try (Cluster cluster = withNamespaces(new Cluster("kulkulFiguresArtemis").withArtemisItself())) {
            measure(cluster, "artemis");
        }
    }

    @Test
    void highestRateOfTheDatabaseLog() throws Exception {
        try (Cluster cluster = new Cluster("kulkulFiguresRate")
                .withPostgresql()
                .withSetting("kulkul.namespace.logged.log", "database")
                .start(1)) {
            SecondServer server = cluster.server(0);
            new LogRateRun("logged", 10, STREAMS, WARM_UP).on(server);
            for (int channels : numbers("kulkul.figures.channels", "1,10,1000")) {
                for (int run = 1; run <= RUNS; run++) {
                    Load load = Load.of(cluster);
                    LogRateRun.Result result = new LogRateRun("logged", channels, STREAMS, time()).on(server);

                    note("rate, " + channels + " channels, run " + run + ": " + result.eventsPerSecond() + " events/s, "
                            + result.events() + " events" + load.since(result.events()));
                    assertThat(result.events()).isPositive();
                }
            }
        }
    }

    private static Cluster withNamespaces(Cluster cluster) throws Exception {
        return cluster.withPostgresql()
                .withSetting("kulkul.namespace.\"*\".history-size", "0")
                .withSetting("kulkul.namespace.logged.history-size", "100")
                .withSetting("kulkul.namespace.logged.log", "database")
                .start(2);
    }

    private static void measure(Cluster cluster, String broker) throws Exception {
        for (String namespace : List.of("plain", "logged")) {
            // A server that has just started takes seconds for what it does in milliseconds once it is compiled.
            new LatencyRun(namespace, START_RATE, START, WARM_UP).between(cluster.server(0), cluster.server(1));
            for (int rate : numbers("kulkul.figures.rates", "100,2000")) {
                for (int run = 1; run <= RUNS; run++) {
                    Load load = Load.of(cluster);
                    LatencyRun.Result result = new LatencyRun(namespace, rate, WARM_UP, time())
                            .between(cluster.server(0), cluster.server(1));

                    note(broker + ", " + namespace + ", " + rate + "/s, run " + run + ": " + result
                            + load.since(result.published()));
                    assertThat(result.lost() + result.duplicate() + result.disordered() + result.refused())
                            .as(result.toString())
                            .isZero();
                }
            }
        }
    }

    private static Duration time() {
        return Duration.parse(System.getProperty("kulkul.figures"));
    }

    private static List<Integer> numbers(String property, String otherwise) {
        return List.of(System.getProperty(property, otherwise).split(",")).stream()
                .map(Integer::valueOf)
                .toList();
    }

    private static void note(String line) throws IOException {
        System.out.println(line);
        Files.writeString(
                Path.of(System.getProperty("kulkul.it.servers")).resolveSibling("cluster-figures.txt"),
                line + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** What the servers' processors have done when a run began. */
    private record Load(Cluster cluster, Duration servers, long began) {

        static Load of(Cluster cluster) {
            return new Load(cluster, cluster.cpuTime(), System.nanoTime());
        }

        String since(long events) {
            double busy = cluster.cpuTime().minus(servers).toNanos();
            return String.format(
                    Locale.ROOT,
                    "; servers used %.2f processors, %.0f us an event; load average %.1f",
                    busy / (System.nanoTime() - began),
                    busy / 1e3 / events,
                    ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        }
    }
}
