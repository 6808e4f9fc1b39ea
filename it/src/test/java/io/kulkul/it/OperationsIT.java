package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator watches: metrics under the names that the documentation lists, and health. */
@ExtendWith(ArquillianExtension.class)
class OperationsIT {
    private final KulkulApi anybody = new KulkulApi("");

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kulkul_connections{",
                "kulkul_connections_opened_total{",
                "kulkul_disconnects_total{mp_scope=\"application\",reason=\"slow_consumer\"",
                "kulkul_subscriptions{",
                "kulkul_channels{",
                "kulkul_events_published_total{mp_scope=\"application\",namespace=\"",
                "kulkul_messages_sent_total{dialect=\"kulkul\"",
                "kulkul_messages_received_total{mp_scope=\"application\",type=\"subscribe\"",
                "kulkul_bytes_sent_total{",
                "kulkul_frames_sent_total{",
                "kulkul_delivery_latency_seconds{mp_scope=\"application\",quantile=\"0.99\"",
                "kulkul_delivery_latency_seconds_count{",
                "kulkul_overflow_total{mp_scope=\"application\",namespace=\"",
                "kulkul_gap_total{",
                "kulkul_replayed_total{",
                "kulkul_errors_total{code=\"bad_json\"",
                "kulkul_rate_limited_total{",
                "kulkul_writers_blocked{",
                "kulkul_bus_lag_seconds{",
                "kulkul_log_append_seconds{",
                "kulkul_outbox_pending{"
            })
    void aMetricHasItsName(String beginning) throws Exception {
        assertThat(anybody.get("/metrics").body().lines()).anyMatch(line -> line.startsWith(beginning));
    }

    @Test
    void countersCountWhatClientsDo() throws Exception {
        try (KulkulClient client = KulkulClient.of("counted")) {
            double published = ServerMetrics.read().sum("kulkul_events_published_total");
            double errors = ServerMetrics.read().sum("kulkul_errors_total{code=\"unknown_type\"");
            client.subscribe("counted:1");
            client.publish("counted:1", "1");
            client.expectMessage("counted:1");
            client.ask("{'type':'dance'}");

            ServerMetrics after = ServerMetrics.read();

            assertThat(after.sum("kulkul_connections{")).isPositive();
            assertThat(after.sum("kulkul_subscriptions{")).isPositive();
            // The hub's own statistics are published as well.
            assertThat(after.sum("kulkul_events_published_total")).isGreaterThan(published);
            assertThat(after.sum("kulkul_errors_total{code=\"unknown_type\"")).isEqualTo(errors + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"started", "ready", "live"})
    void aHealthCheckIsUpAndNamesTheInstance(String kind) throws Exception {
        JsonObject health = anybody.json("/health/" + kind).asJsonObject();

        assertThat(health.getString("status")).isEqualTo("UP");
        assertThat(health.getJsonArray("checks").getValuesAs(JsonObject.class)).anySatisfy(check -> {
            assertThat(check.getString("name")).isEqualTo("kulkul-" + kind);
            assertThat(check.getString("status")).isEqualTo("UP");
            assertThat(check.getJsonObject("data").getString("instance")).isNotBlank();
        });
    }
}
