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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

/** The alerts and the dashboard in docs/monitoring fit the server: its metrics have the names and the labels that they use. */
@ExtendWith(ArquillianExtension.class)
class MonitoringIT {
    private static final Path DIRECTORY = Path.of(System.getProperty("kulkul.it.monitoring"));
    private static final Path RULES = DIRECTORY.resolve("alerts.yml");
    private static final Path DASHBOARD = DIRECTORY.resolve("grafana-dashboard.json");

    /** What Prometheus itself says of a target. */
    private static final String UP = "up";

    /** What Prometheus itself adds to each of a target's metrics. */
    private static final Set<String> OF_TARGET = Set.of("job", "instance");

    private static final Pattern ALERT = Pattern.compile("- alert: (?s:.*?)(?=\\n\\s*- alert: |\\z)");
    private static final Pattern EXPR =
            Pattern.compile("\\bexpr: (?:>-\\s*)?((?s:.*?))\\n\\s*(?:for|labels|annotations):");
    private static final Pattern OF_ANNOTATION = Pattern.compile("\\$labels\\.(\\w+)");
    private static final Pattern OF_LEGEND = Pattern.compile("\\{\\{\\s*(\\w+)\\s*\\}\\}");
    private static final Pattern VARIABLE = Pattern.compile("label_values\\((.*), (\\w+)\\)");

    /** An expression, and the labels that the words beside it use of its result. */
    private record Shown(String expression, Set<String> labels) {}

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
    void everyMetricOfTheAlertsIsThereWithItsLabels() throws Exception {
        List<Shown> alerts = alerts();

        assertThat(alerts).hasSizeGreaterThan(10);
        assertThat(faults(alerts, labelsByMetric())).isEmpty();
    }

    @Test
    void everyMetricOfTheDashboardIsThereWithItsLabels() throws Exception {
        List<Shown> panels = panels();

        assertThat(panels).hasSizeGreaterThan(20);
        assertThat(faults(panels, labelsByMetric())).isEmpty();
    }

    /** What the two tests above would say: otherwise a reader that finds nothing would find no fault either. */
    @Test
    void aWrongMetricOrLabelIsFoundHoweverItIsWritten() {
        Map<String, Set<String>> known =
                Map.of("a_total", Set.of("code", "job", "instance"), "b", Set.of("job", "instance"));

        assertThat(faults(
                        List.of(shown("sum by (code) (rate(a_total{code=~\"x{y|z\"}[5m])) > on (job) b", "code")),
                        known))
                .isEmpty();
        assertThat(faults(List.of(shown("rate(a_totl[5m]) > 1 and on (job) b")), known))
                .containsExactly("no metric a_totl");
        assertThat(faults(List.of(shown("b{cod=\"x\"} > 1e3 unless a_total offset 5m")), known))
                .containsExactly("b has no label cod");
        assertThat(faults(List.of(shown("sum by (code, job) (b) / sum(a_total) by (reason)")), known))
                .contains("b has no label code", "a_total has no label reason");
        assertThat(faults(List.of(shown("sum by (job) (a_total)", "code")), known))
                .containsExactly("the result has no label code: sum by (job) (a_total)");
    }

    @Test
    void everyMetricOfKulkulIsOnTheDashboard() throws Exception {
        Set<String> shown = expressions().stream()
                .flatMap(expression -> PromExpression.of(expression).metrics().stream())
                .collect(Collectors.toSet());

        assertThat(labelsByMetric().keySet().stream()
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

    /** The labels of each metric that there is, Prometheus's own included. */
    private static Map<String, Set<String>> labelsByMetric() throws Exception {
        Map<String, Set<String>> known = new TreeMap<>(Map.of(UP, OF_TARGET));
        for (String line : ServerMetrics.read().lines()) {
            if (!line.startsWith("#") && !line.isBlank()) {
                String sample = line.substring(0, line.lastIndexOf(' '));
                PromExpression.of(sample)
                        .selectors()
                        .forEach(selector -> known.computeIfAbsent(selector.metric(), any -> new TreeSet<>(OF_TARGET))
                                .addAll(selector.labels()));
            }
        }
        return known;
    }

    private static List<String> faults(List<Shown> all, Map<String, Set<String>> known) {
        List<String> faults = new ArrayList<>();
        for (Shown shown : all) {
            PromExpression expression = PromExpression.of(shown.expression);
            expression.selectors().forEach(selector -> {
                if (known.containsKey(selector.metric())) {
                    expectLabels(selector.labels(), selector.metric(), known, faults);
                } else {
                    faults.add("no metric " + selector.metric());
                }
            });
            Set<String> left = new TreeSet<>();
            for (PromExpression.Grouping grouping : expression.groupings()) {
                grouping.metrics().stream()
                        .filter(known::containsKey)
                        .forEach(metric -> expectLabels(grouping.labels(), metric, known, faults));
                left.addAll(grouping.by() ? grouping.labels() : Set.of());
            }
            if (expression.groupings().stream().noneMatch(PromExpression.Grouping::by)) {
                expression.metrics().forEach(metric -> left.addAll(known.getOrDefault(metric, Set.of())));
            }
            shown.labels.stream()
                    .filter(label -> !left.contains(label))
                    .forEach(label -> faults.add("the result has no label " + label + ": " + shown.expression));
        }
        return faults;
    }

    private static void expectLabels(
            Set<String> labels, String metric, Map<String, Set<String>> known, List<String> faults) {
        labels.stream()
                .filter(label -> !known.get(metric).contains(label))
                .forEach(label -> faults.add(metric + " has no label " + label));
    }

    private static Shown shown(String expression, String... labels) {
        return new Shown(expression, Set.of(labels));
    }

    private static List<Shown> alerts() throws IOException {
        return ALERT.matcher(Files.readString(RULES))
                .results()
                .map(MatchResult::group)
                .map(alert -> new Shown(String.join(" ", matches(EXPR, alert)), matches(OF_ANNOTATION, alert)))
                .toList();
    }

    /** What the panels ask for and how they call their lines, and what the choices above them are made of. */
    private static List<Shown> panels() throws IOException {
        List<Shown> found = new ArrayList<>();
        objects(KulkulClient.parse(Files.readString(DASHBOARD))).forEach(object -> {
            if (object.get("expr") instanceof JsonString expression) {
                found.add(new Shown(expression.getString(), matches(OF_LEGEND, object.getString("legendFormat", ""))));
            }
            if (object.get("definition") instanceof JsonString definition) {
                VARIABLE.matcher(definition.getString())
                        .results()
                        .forEach(choice -> found.add(new Shown(choice.group(1), Set.of(choice.group(2)))));
            }
        });
        return found;
    }

    private static Set<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What the panels ask for. */
    private static List<String> expressions() throws IOException {
        return objects(KulkulClient.parse(Files.readString(DASHBOARD)))
                .flatMap(object -> object.get("expr") instanceof JsonString expression
                        ? Stream.of(expression.getString())
                        : Stream.of())
                .toList();
    }

    /** All objects in it, itself included. */
    private static Stream<JsonObject> objects(JsonValue value) {
        if (!(value instanceof JsonStructure structure)) {
            return Stream.of();
        }
        Stream<JsonObject> inside = (structure instanceof JsonObject object
                        ? object.values().stream()
                        : structure.asJsonArray().stream())
                .flatMap(MonitoringIT::objects);
        return structure instanceof JsonObject object ? Stream.concat(Stream.of(object), inside) : inside;
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
