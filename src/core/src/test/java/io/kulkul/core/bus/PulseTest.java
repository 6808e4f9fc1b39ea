package io.kulkul.core.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.TestTime;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PulseTest {

    private final BusLog log = BusLog.listen();
    private final TestTime time = new TestTime();
    private final Pulse pulse = new Pulse("south", time::nanos, new SendQueue());

    @AfterEach
    void close() {
        log.close();
    }

    private void sendAndReturn(Duration after) {
        long sent = time.nanos();
        pulse.sent();
        time.advance(after);
        pulse.returned(sent);
    }

    @Test
    void whatIsSentArrivesOnceAPulseCameBack() {
        assertThat(pulse.connected()).isFalse();

        sendAndReturn(Duration.ofMillis(7));

        assertThat(pulse.connected()).isTrue();
        assertThat(pulse.lag()).isEqualTo(Duration.ofMillis(7));
        assertThat(log.lines("KULKUL0501I")).hasSize(1);
    }

    @Test
    void theNextIsDueASecondAfterTheLast() {
        assertThat(pulse.untilDue()).isZero();
        sendAndReturn(Duration.ZERO);

        pulse.sent();

        assertThat(pulse.untilDue()).isEqualTo(Duration.ofSeconds(1).toNanos());
        time.advance(Duration.ofSeconds(1));
        assertThat(pulse.untilDue()).isZero();
    }

    @Test
    void itIsLostAfterThreeSecondsWithoutOne() {
        sendAndReturn(Duration.ofMillis(1));

        time.advance(Duration.ofSeconds(3));
        assertThat(pulse.connected()).isTrue();
        time.advance(Duration.ofMillis(1));

        assertThat(pulse.connected()).isFalse();
        assertThat(pulse.connected()).isFalse();
        assertThat(log.lines("KULKUL0502W")).hasSize(1);
    }

    @Test
    void anInstanceThatNeverConnectedSaysSoOnce() {
        pulse.failed(new IllegalStateException("refused"));
        time.advance(Duration.ofSeconds(11));
        pulse.failed(new IllegalStateException("refused again"));
        pulse.failed(new IllegalStateException("and again"));

        assertThat(log.lines("KULKUL0502W")).singleElement().asString().contains("refused again");
    }

    @Test
    void anErrorEndsItAtOnce() {
        sendAndReturn(Duration.ofMillis(1));

        pulse.failed(new IllegalStateException("broken"));

        assertThat(pulse.connected()).isFalse();
        assertThat(log.lines("KULKUL0502W")).singleElement().asString().contains("broken");
    }

    @Test
    void aPulseFromBeforeTheErrorDoesNotMendIt() {
        sendAndReturn(Duration.ofMillis(1));
        long sentBefore = time.nanos();
        time.advance(Duration.ofMillis(1));
        pulse.failed(new IllegalStateException("broken"));

        pulse.returned(sentBefore);
        assertThat(pulse.connected()).isFalse();
        sendAndReturn(Duration.ofSeconds(2));

        assertThat(pulse.connected()).isTrue();
        assertThat(log.lines("KULKUL0503I")).singleElement().asString().contains("back after 2 s");
    }

    @Test
    void pulsesThatAreSentForFiveSecondsAndNeverReturnShowThatReceivingIsDead() {
        pulse.sent();
        time.advance(Duration.ofMillis(4999));
        pulse.sent();
        assertThat(pulse.deaf()).isFalse();

        time.advance(Duration.ofMillis(1));
        pulse.sent();
        assertThat(pulse.deaf()).isTrue();

        pulse.receiving();
        assertThat(pulse.deaf()).isFalse();
    }

    @Test
    void oneThatWaitsForTheBrokerShowsNothingAboutReceiving() {
        pulse.sent();

        time.advance(Duration.ofMinutes(1));

        assertThat(pulse.deaf()).isFalse();
    }
}
