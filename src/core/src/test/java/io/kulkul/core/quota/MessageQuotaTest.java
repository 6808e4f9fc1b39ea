package io.kulkul.core.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.quota.MessageQuota.Decision;
import io.kulkul.core.testkit.TestTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Messages above the rate are refused, and a client that goes on regardless is given up. */
class MessageQuotaTest {

    private final TestTime time = new TestTime();
    private final MessageQuota quota = new MessageQuota(10, 20, time::nanos);

    @Test
    void aBurstIsAcceptedAndWhatExceedsItIsLimited() {
        assertThat(count(20, Decision.ACCEPTED)).isEqualTo(20);

        assertThat(quota.take()).isEqualTo(Decision.LIMITED);
    }

    @Test
    void aClientThatKeepsToTheRateIsNeverRefused() {
        int accepted = 0;
        for (int i = 0; i < 1000; i++) {
            time.advance(Duration.ofMillis(100));
            accepted += quota.take() == Decision.ACCEPTED ? 1 : 0;
        }

        assertThat(accepted).isEqualTo(1000);
    }

    @Test
    void aRefusedClientThatWaitsAsLongAsItIsToldIsAccepted() {
        count(20, Decision.ACCEPTED);
        assertThat(quota.take()).isEqualTo(Decision.LIMITED);

        time.advance(quota.retryAfter());

        assertThat(quota.take()).isEqualTo(Decision.ACCEPTED);
    }

    @Test
    void aWaitIsAtLeastAMillisecondSinceTheWireHasNoLess() {
        assertThat(new MessageQuota(1_000_000, 1, time::nanos).retryAfter()).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void aClientThatGoesOnAfterAHundredRefusalsIsGivenUp() {
        count(20, Decision.ACCEPTED);

        assertThat(count(100, Decision.LIMITED)).isEqualTo(100);
        assertThat(quota.take()).isEqualTo(Decision.BROKEN);
    }

    @Test
    void refusalsAreForgivenOverTime() {
        count(20, Decision.ACCEPTED);
        count(100, Decision.LIMITED);

        time.advance(Duration.ofSeconds(2));

        assertThat(count(20, Decision.ACCEPTED)).isEqualTo(20);
        assertThat(count(20, Decision.LIMITED)).isEqualTo(20);
        assertThat(quota.take()).isEqualTo(Decision.BROKEN);
    }

    private int count(int messages, Decision expected) {
        int counted = 0;
        for (int i = 0; i < messages; i++) {
            counted += quota.take() == expected ? 1 : 0;
        }
        return counted;
    }
}
