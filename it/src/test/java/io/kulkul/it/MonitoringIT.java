package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonStructure;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The alerts and the dashboard in docs/monitoring fit the server: its metrics have the names that they use. */
@ExtendWith(ArquillianExtension.class)
class MonitoringIT {
    private static final Path DIRECTORY = Path.of(System.getProperty("kulkul.it.monitoring"));
    private static final Path RULES = DIRECTORY.resolve("alerts.yml");
    private static final Path DASHBOARD = DIRECTORY.resolve("grafana-dashboard.json");

    /** Every metric in the two files is written with its braces, so that it can be told from a function. */
    private static final Pattern METRIC = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\{");

    /** What Prometheus itself adds to a target. */
    private static final Set<String> OF_PROMETHEUS = Set.of("up");

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }

    /** Some metrics are there only once something was measured. */
    @BeforeEach
    void deliverOneEvent() {
        try (KulkulClient client = KulkulClient.of("monitored")) {
            client.subscribe("monitored:1");
            client.publish("monitored:1", "1");
            client.expectMessage("monitored:1");
        }
    }

    @Test
    void everyMetricOfTheAlertsIsThere() throws Exception {
        assertThat(metricsIn(Files.readString(RULES))).hasSizeGreaterThan(10).isSubsetOf(known());
    }

    @Test
    void everyMetricOfTheDashboardIsThere() throws Exception {
        assertThat(metricsIn(String.join("\n", expressions())))
                .hasSizeGreaterThan(20)
                .isSubsetOf(known());
    }

    @Test
    void everyMetricOfKulkulIsOnTheDashboard() throws Exception {
        Set<String> shown = metricsIn(String.join("\n", expressions()));

        assertThat(known().stream()
                        .filter(name -> name.startsWith("kulkul_"))
                        // A timer's parts beside its quantiles.
                        .filter(name -> !name.matches(".*_seconds_(count|sum|max)")))
                .isSubsetOf(shown);
    }

    @Test
    void everyAlertIsExplained() throws Exception {
        String page = Files.readString(DIRECTORY.resolve("README.md"));

        assertThat(matches(Pattern.compile("alert: (\\w+)"), Files.readString(RULES)))
                .isNotEmpty()
                .allSatisfy(alert -> assertThat(page).contains("| `" + alert + "` |"));
    }

    @Test
    void everyAlertIsTested() throws Exception {
        assertThat(matches(
                        Pattern.compile("alertname: (\\w+)"), Files.readString(DIRECTORY.resolve("alerts.test.yml"))))
                .containsAll(matches(Pattern.compile("alert: (\\w+)"), Files.readString(RULES)));
    }

    @Test
    void promtoolTakesTheRules() throws Exception {
        assertThat(promtool(
                        DIRECTORY,
                        "check",
                        "rules",
                        "--lint-fatal",
                        RULES.getFileName().toString()))
                .contains("SUCCESS");
    }

    @Test
    void promtoolSeesThatTheAlertsSayWhatTheyShould() throws Exception {
        assertThat(promtool(DIRECTORY, "test", "rules", "alerts.test.yml")).contains("SUCCESS");
    }

    @Test
    void promtoolTakesEveryExpressionOfTheDashboard() throws Exception {
        String rules = expressions().stream()
                .map(expression -> expression.replace("$__rate_interval", "1m").replaceAll("\\$\\w+", ".*"))
                .map(expression -> "- record: kulkul:dashboard\n  expr: '" + expression + "'\n  labels: {n: \"")
                .reduce("", (all, rule) -> all + rule + all.length() + "\"}\n");
        Path directory = Files.createDirectories(Path.of("target", "monitoring"));
        Files.writeString(
                directory.resolve("dashboard.yml"), "groups:\n- name: dashboard\n  rules:\n" + rules.indent(2));

        assertThat(promtool(directory, "check", "rules", "dashboard.yml")).contains("SUCCESS");
    }

    @Test
    void promtoolTakesWhatTheServerAnswers() throws Exception {
        // Its advice about names (a unit, a _total) is about metrics that are the server's own, or older than it: only
        // its parsing counts.
        Path metrics = Files.createDirectories(Path.of("target", "monitoring")).resolve("metrics.txt");
        Files.write(metrics, ServerMetrics.read().lines());

        Process check = start(metrics.getParent(), List.of("check", "metrics"), metrics);

        assertThat(new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .doesNotContain("error while linting");
    }

    private static Set<String> known() throws Exception {
        Set<String> known = new TreeSet<>(OF_PROMETHEUS);
        for (String line : ServerMetrics.read().lines()) {
            if (!line.startsWith("#") && !line.isBlank()) {
                known.add(line.split("[{ ]", 2)[0]);
            }
        }
        return known;
    }

    private static Set<String> metricsIn(String text) {
        return matches(METRIC, text);
    }

    private static Set<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What the panels ask for. */
    private static List<String> expressions() throws IOException {
        List<String> found = new ArrayList<>();
        collect(KulkulClient.parse(Files.readString(DASHBOARD)), found);
        return found;
    }

    private static void collect(JsonValue value, List<String> found) {
        if (value instanceof JsonObject object && object.get("expr") instanceof JsonString expression) {
            found.add(expression.getString());
        }
        if (value instanceof JsonStructure structure) {
            Stream<JsonValue> parts = structure instanceof JsonObject object
                    ? object.values().stream()
                    : structure.asJsonArray().stream();
            parts.forEach(part -> collect(part, found));
        }
    }

    /** What promtool says; it must end well. */
    private static String promtool(Path directory, String... arguments) throws IOException, InterruptedException {
        Process process = start(directory, List.of(arguments), null);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    /** Skips the test where promtool is not installed, as where there is no browser, unless everything has to run. */
    private static Process start(Path directory, List<String> arguments, Path input) throws IOException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        try {
            return builder.start();
        } catch (IOException missing) {
            Assumptions.assumeTrue(
                    System.getenv("CI") != null, "SKIPPED: promtool (Debian's package prometheus) is not installed");
            throw missing;
        }
    }
}
