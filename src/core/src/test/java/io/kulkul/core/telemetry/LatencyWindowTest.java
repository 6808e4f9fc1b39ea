package io.kulkul.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyWindowTest {

    private long now;
    private final LatencyWindow window = new LatencyWindow(() -> now);

    @Test
    void withoutDeliveriesThereIsNoLatency() {
        assertThat(window.quantilesMillis(0.5, 0.99)).containsExactly(0, 0);
    }

    @Test
    void aQuantileIsAtMostATenthAboveTheTrueOne() {
        for (int micros = 1; micros <= 1000; micros++) {
            window.record(micros * 1000L);
        }

        double[] quantiles = window.quantilesMillis(0.5, 0.99, 1);

        assertThat(quantiles[0]).isBetween(0.5, 0.55);
        assertThat(quantiles[1]).isBetween(0.99, 1.1);
        assertThat(quantiles[2]).isBetween(1.0, 1.13);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, 8, 9, 15, 16, 17, 1000, 1_000_000, 123_456_789, Long.MAX_VALUE})
    void everyLatencyIsInAClassOfItsSize(long nanos) {
        int sizeClass = LatencyWindow.classOf(nanos);

        assertThat(nanos).isLessThanOrEqualTo(LatencyWindow.greatestOf(sizeClass));
        if (sizeClass > 0) {
            assertThat(nanos).isGreaterThan(LatencyWindow.greatestOf(sizeClass - 1));
        }
    }

    @Test
    void whatWasIsForgottenAfterTenSeconds() {
        window.record(Duration.ofMillis(80).toNanos());
        for (int second = 0; second < 5; second++) {
            assertThat(window.quantilesMillis(0.99)[0]).isCloseTo(80, within(10.0));
            pass(1);
        }
        window.quantilesMillis(0.99);
        pass(5);
        window.quantilesMillis(0.99);

        assertThat(window.quantilesMillis(0.99)).containsExactly(0);
    }

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }
}
