package io.kulkul.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.connection.Gauges;
import io.kulkul.core.protocol.CloseCode;
import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.ErrorCode;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetricsMeterTest {

    private final FakeRegistry registry = new FakeRegistry();
    private final MetricsMeter meter = new MetricsMeter(registry.registry());

    @Test
    void everyMetricOfTheDesignExistsOnceTheHubHasStarted() {
        start();

        assertThat(registry.names())
                .containsExactlyInAnyOrder(
                        "kulkul_connections",
                        "kulkul_connections_opened_total",
                        "kulkul_disconnects_total",
                        "kulkul_subscriptions",
                        "kulkul_channels",
                        "kulkul_events_published_total",
                        "kulkul_messages_sent_total",
                        "kulkul_messages_received_total",
                        "kulkul_bytes_sent_total",
                        "kulkul_frames_sent_total",
                        // A timer's name comes out with its unit, _seconds, at /metrics.
                        "kulkul_delivery_latency",
                        "kulkul_log_append",
                        "kulkul_overflow_total",
                        "kulkul_gap_total",
                        "kulkul_replayed_total",
                        "kulkul_errors_total",
                        "kulkul_rate_limited_total",
                        "kulkul_writers_blocked",
                        "kulkul_bus_lag_seconds",
                        "kulkul_bus_dropped_total",
                        "kulkul_outbox_pending");
    }

    @Test
    void seriesOfKnownLabelsBeginAtZero() {
        start();

        for (CloseCode code : CloseCode.values()) {
            assertThat(registry.value("kulkul_disconnects_total", "reason", code.label()))
                    .isZero();
        }
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(registry.value("kulkul_errors_total", "code", code.wire()))
                    .isZero();
        }
        assertThat(registry.value("kulkul_disconnects_total", "reason", "write_timeout"))
                .isZero();
        assertThat(registry.value("kulkul_messages_received_total", "type", "binary"))
                .isZero();
        assertThat(registry.value("kulkul_messages_sent_total", "dialect", "kulkul"))
                .isZero();
        assertThat(registry.value("kulkul_events_published_total", "namespace", "*"))
                .isZero();
        assertThat(registry.value("kulkul_overflow_total", "namespace", "orders"))
                .isZero();
    }

    @Test
    void theTypesOfCommandsAreCountedUnderTheNamesTheyBeginWith() {
        start();
        int series = registry.series();

        meter.received(new Command.Authenticate(null, "t").type());
        meter.received(new Command.Unsubscribe(null, "c").type());
        meter.received(new Command.Malformed(null, ErrorCode.BAD_JSON, "m").type());

        assertThat(registry.series()).isEqualTo(series);
        assertThat(registry.value("kulkul_messages_received_total", "type", "unsubscribe"))
                .isEqualTo(1);
    }

    @Test
    void aSentFrameCountsItsEventsItsBytesAndItself() {
        start();

        meter.sent("kulkul", 3, 700);
        meter.sent("kulkul", 0, 50);
        meter.tick();

        assertThat(registry.value("kulkul_messages_sent_total", "dialect", "kulkul"))
                .isEqualTo(3);
        assertThat(registry.value("kulkul_bytes_sent_total")).isEqualTo(750);
        assertThat(registry.value("kulkul_frames_sent_total")).isEqualTo(2);
    }

    @Test
    void nothingIsLookedUpWhileEventsFlow() {
        start();
        int lookups = registry.lookups();

        meter.opened();
        meter.closed(CloseCode.NORMAL.label());
        meter.published("orders", 1000);
        meter.sent("kulkul", 1, 100);
        meter.delivered(5000);
        meter.overflowed("*", 7);
        meter.gap();
        meter.replayed(4);
        meter.refused(ErrorCode.FORBIDDEN);
        meter.rateLimited();

        assertThat(registry.lookups()).isEqualTo(lookups);
        assertThat(registry.value("kulkul_overflow_total", "namespace", "*")).isEqualTo(7);
        assertThat(registry.value("kulkul_replayed_total")).isEqualTo(4);
        assertThat(registry.value("kulkul_delivery_latency")).isEqualTo(1);
    }

    @Test
    void gaugesAreReadWhenTheyAreAskedFor() {
        start();

        assertThat(registry.value("kulkul_connections")).isEqualTo(1);
        assertThat(registry.value("kulkul_subscriptions")).isEqualTo(2);
        assertThat(registry.value("kulkul_channels")).isEqualTo(3);
        assertThat(registry.value("kulkul_writers_blocked")).isEqualTo(4);
    }

    @Test
    void nothingStaysInTheRegistryAfterTheApplicationStopped() {
        start();

        meter.remove();

        assertThat(registry.series()).isZero();
    }

    private void start() {
        meter.started(Set.of("*", "orders"), Set.of("kulkul"), new Gauges() {
            @Override
            public int connections() {
                return 1;
            }

            @Override
            public int subscriptions() {
                return 2;
            }

            @Override
            public int channels() {
                return 3;
            }

            @Override
            public long outboxPending() {
                return 5;
            }

            @Override
            public int writersBlocked() {
                return 4;
            }
        });
    }
}
