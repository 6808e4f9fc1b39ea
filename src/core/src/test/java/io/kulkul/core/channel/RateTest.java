package io.kulkul.core.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateTest {

    private long now;
    private final Rate rate = new Rate(now);

    @Test
    void aSteadyFlowIsItsRateAfterAWhile() {
        flow(20, 60);

        assertThat(rate.perSecond()).isCloseTo(20, within(0.2));
    }

    @Test
    void halfOfAChangeIsSeenAfterSevenSeconds() {
        flow(20, 7);

        assertThat(rate.perSecond()).isCloseTo(10, within(0.2));
    }

    @Test
    void aQuietChannelComesToZero() {
        flow(100, 60);
        flow(0, 120);

        assertThat(rate.perSecond()).isZero();
    }

    private void flow(int perSecond, int seconds) {
        for (int second = 0; second < seconds; second++) {
            for (int i = 0; i < perSecond; i++) {
                rate.count();
            }
            now += Duration.ofSeconds(1).toNanos();
            rate.measure(now);
        }
    }
}
