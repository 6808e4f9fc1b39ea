package io.kulkul.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The manifests in docs/kubernetes/ have no field that Kubernetes does not know, and name what this project has. */
class KubernetesManifestsTest {

    private static final Path ROOT = Path.of("..", "..");
    private static final Path MANIFESTS = ROOT.resolve("docs/kubernetes");

    private static final Map<String, Class<? extends HasMetadata>> FILES = Map.of(
            "configmap.yaml", ConfigMap.class,
            "deployment.yaml", Deployment.class,
            "service.yaml", Service.class,
            "hpa.yaml", HorizontalPodAutoscaler.class,
            "pdb.yaml", PodDisruptionBudget.class);

    /** The variables of liberty-config/server.xml, and MicroProfile JWT's settings. */
    private static final Pattern FOREIGN = Pattern.compile("MP_JWT_VERIFY_(PUBLICKEY(_LOCATION)?|ISSUER|AUDIENCES)");

    private static final ObjectMapper STRICT = JsonMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .annotationIntrospector(new WithoutAnySetters())
            .build();

    /** The model's classes keep what they do not know, which would let every mistake pass. */
    private static final class WithoutAnySetters extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1L;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    }

    private static <T> T read(String file, Class<T> type) throws IOException {
        return STRICT.readValue(Files.readString(MANIFESTS.resolve(file)), type);
    }

    private static Deployment deployment() throws IOException {
        return read("deployment.yaml", Deployment.class);
    }

    private static PodSpec pod() throws IOException {
        return deployment().getSpec().getTemplate().getSpec();
    }

    private static Container container() throws IOException {
        assertThat(pod().getContainers()).hasSize(1);
        return pod().getContainers().get(0);
    }

    private static Map<String, String> settings() throws IOException {
        return read("configmap.yaml", ConfigMap.class).getData();
    }

    @Test
    void everyFileIsTheResourceThatItSaysAndHasNoUnknownField() throws IOException {
        try (Stream<Path> files = Files.list(MANIFESTS)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".yaml")))
                    .containsExactlyInAnyOrderElementsOf(FILES.keySet());
        }
        for (Map.Entry<String, Class<? extends HasMetadata>> file : FILES.entrySet()) {
            String text = Files.readString(MANIFESTS.resolve(file.getKey()));
            HasMetadata resource = read(file.getKey(), file.getValue());

            // A second document would not be read.
            assertThat(text).doesNotContain("---");
            assertThat(text).containsPattern("(?m)^kind: " + HasMetadata.getKind(file.getValue()) + "$");
            assertThat(text).containsPattern("(?m)^apiVersion: " + HasMetadata.getApiVersion(file.getValue()) + "$");
            assertThat(resource.getMetadata().getName()).startsWith("kulkul");
        }
    }

    @Test
    void aFieldThatKubernetesDoesNotKnowIsFound() throws IOException {
        String mistaken = Files.readString(MANIFESTS.resolve("deployment.yaml"))
                .replace("terminationGracePeriodSeconds", "terminationGracePeriod");

        assertThatThrownBy(() -> STRICT.readValue(mistaken, Deployment.class))
                .isInstanceOf(UnrecognizedPropertyException.class)
                .hasMessageContaining("terminationGracePeriod");
    }

    @Test
    void everyVariableOfTheEnvironmentIsASettingAndItsValueIsAllowed() throws IOException {
        Map<String, Setting> known = SettingKeys.FIXED.stream()
                .collect(Collectors.toMap(
                        setting -> environment(SettingKeys.PREFIX + setting.key()), setting -> setting));
        Set<String> ofTheServer = variablesOfServerXml();
        Set<String> names = new TreeSet<>(settings().keySet());
        container().getEnv().stream().map(EnvVar::getName).forEach(names::add);

        assertThat(names)
                .allSatisfy(name -> assertThat(known.containsKey(name)
                                || ofTheServer.contains(name)
                                || FOREIGN.matcher(name).matches())
                        .as(name)
                        .isTrue());
        settings().entrySet().stream()
                .filter(each -> known.containsKey(each.getKey()))
                .forEach(each -> KulkulSettings.read(new MapConfig(
                        Map.of(SettingKeys.PREFIX + known.get(each.getKey()).key(), each.getValue()))));
    }

    private static String environment(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private static String serverXml() throws IOException {
        return Files.readString(ROOT.resolve("liberty-config/server.xml"));
    }

    private static Set<String> variablesOfServerXml() throws IOException {
        return Pattern.compile("<variable name=\"([a-z.]+)\"")
                .matcher(serverXml())
                .results()
                .map(found -> environment(found.group(1)))
                .collect(Collectors.toSet());
    }

    @Test
    void thePodTakesItsEnvironmentFromWhatThereIs() throws IOException {
        assertThat(container().getEnvFrom())
                .extracting(EnvFromSource::getConfigMapRef)
                .filteredOn(ref -> ref != null)
                .singleElement()
                .satisfies(ref -> assertThat(ref.getName())
                        .isEqualTo(read("configmap.yaml", ConfigMap.class)
                                .getMetadata()
                                .getName()));
        // Else KULKUL_PORT and the like would be taken for settings, and stop the start.
        assertThat(pod().getEnableServiceLinks()).isFalse();
    }

    @Test
    void thePortIsTheServers() throws IOException {
        Matcher port =
                Pattern.compile("name=\"http.port\" defaultValue=\"(\\d+)\"").matcher(serverXml());
        assertThat(port.find()).isTrue();

        assertThat(container().getPorts()).singleElement().satisfies(exposed -> {
            assertThat(exposed.getContainerPort()).hasToString(port.group(1));
            assertThat(exposed.getName()).isEqualTo("http");
        });
        assertThat(read("service.yaml", Service.class)
                        .getSpec()
                        .getPorts()
                        .get(0)
                        .getTargetPort()
                        .getStrVal())
                .isEqualTo("http");
        assertThat(deployment().getSpec().getTemplate().getMetadata().getAnnotations())
                .containsEntry("prometheus.io/port", port.group(1));
    }

    @Test
    void theProbesAskTheHealthChecksThatThereAre() throws IOException {
        String telemetry = sources("telemetry");

        Map<String, Probe> probes = Map.of(
                "started", container().getStartupProbe(),
                "ready", container().getReadinessProbe(),
                "live", container().getLivenessProbe());

        assertThat(probes).allSatisfy((kind, probe) -> {
            HTTPGetAction request = probe.getHttpGet();
            assertThat(request.getPath()).isEqualTo("/health/" + kind);
            assertThat(request.getPort().getStrVal()).isEqualTo("http");
            assertThat(telemetry).contains("kulkul-" + kind);
        });
    }

    @Test
    void itsEndHasTimeForTheWholeDrain() throws IOException {
        List<String> preStop = container().getLifecycle().getPreStop().getExec().getCommand();
        Duration drain = Duration.parse(settings().get("KULKUL_DRAIN_DURATION"));

        assertThat(preStop).hasSize(2).startsWith("sleep");
        // What slow clients get, the last close frames, and the server's own end.
        Duration rest = Duration.ofSeconds(6 + 8 + 10);
        assertThat(Duration.ofSeconds(pod().getTerminationGracePeriodSeconds()))
                .isGreaterThanOrEqualTo(drain.plus(rest).plusSeconds(Long.parseLong(preStop.get(1))));
    }

    @Test
    void theAutoscalerCountsTheMetricThatThereIs() throws IOException {
        HorizontalPodAutoscaler scaler = read("hpa.yaml", HorizontalPodAutoscaler.class);
        List<MetricSpec> metrics = scaler.getSpec().getMetrics();

        assertThat(metrics).singleElement().satisfies(metric -> {
            assertThat(metric.getType()).isEqualTo("Pods");
            assertThat(sources("telemetry"))
                    .contains('"' + metric.getPods().getMetric().getName() + '"');
            assertThat(metric.getPods().getMetric().getName()).isEqualTo("kulkul_connections");
            assertThat(metric.getPods().getTarget().getType()).isEqualTo("AverageValue");
            assertThat(Quantity.getAmountInBytes(metric.getPods().getTarget().getAverageValue())
                            .intValueExact())
                    .isLessThan(Integer.parseInt(settings().get("KULKUL_CONNECTION_MAX_TOTAL")));
        });
        assertThat(scaler.getSpec().getScaleTargetRef().getKind()).isEqualTo("Deployment");
        assertThat(scaler.getSpec().getScaleTargetRef().getName())
                .isEqualTo(deployment().getMetadata().getName());
        assertThat(scaler.getSpec().getMinReplicas()).isGreaterThan(1);
    }

    @Test
    void everythingMeansTheSamePods() throws IOException {
        Map<String, String> labels =
                deployment().getSpec().getTemplate().getMetadata().getLabels();

        assertThat(deployment().getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
        assertThat(read("service.yaml", Service.class).getSpec().getSelector()).isEqualTo(labels);
        assertThat(read("pdb.yaml", PodDisruptionBudget.class)
                        .getSpec()
                        .getSelector()
                        .getMatchLabels())
                .isEqualTo(labels);
    }

    @Test
    void aPodSaysWhatItNeeds() throws IOException {
        assertThat(container().getResources().getRequests()).containsKeys("cpu", "memory");
        assertThat(container().getResources().getLimits()).containsKey("memory");
    }

    private static String sources(String owner) throws IOException {
        try (Stream<Path> files =
                Files.list(Path.of("src/main/java/io/kulkul/core").resolve(owner))) {
            StringBuilder text = new StringBuilder();
            for (Path file : files.toList()) {
                text.append(Files.readString(file));
            }
            return text.toString();
        }
    }
}
