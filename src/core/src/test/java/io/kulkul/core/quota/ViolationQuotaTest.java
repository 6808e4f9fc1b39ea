package io.kulkul.core.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.TestTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A hundred bad frames at once are borne, and one more each second. */
class ViolationQuotaTest {

    private final TestTime time = new TestTime();
    private final ViolationQuota quota = new ViolationQuota(time::nanos);

    @Test
    void theHundredAndFirstBadFrameAtOnceIsOneTooMany() {
        assertThat(borne(100)).isEqualTo(100);

        assertThat(quota.take()).isFalse();
    }

    @Test
    void oneMoreIsBorneEachSecond() {
        borne(100);

        time.advance(Duration.ofSeconds(3));

        assertThat(borne(10)).isEqualTo(3);
    }

    private int borne(int frames) {
        int borne = 0;
        for (int i = 0; i < frames; i++) {
            borne += quota.take() ? 1 : 0;
        }
        return borne;
    }
}
