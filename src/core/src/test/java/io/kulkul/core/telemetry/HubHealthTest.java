package io.kulkul.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.bus.LocalBus;
import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestHub;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HubHealthTest {

    private final TestHub hub = TestHub.with().maxTotal(1).open();
    private final HubHealth health = new HubHealth(hub.hub());

    @Test
    void itHasStartedOnceThereIsAnEndpoint() {
        assertThat(health.started()).isFalse();

        hub.hub().opened();

        assertThat(health.started()).isTrue();
    }

    @Test
    void itIsReadyWhileThereIsRoom() {
        assertThat(health.ready(new LocalBus())).isTrue();

        FakeClient client = hub.clientOf("alice");

        assertThat(health.ready(new LocalBus())).isFalse();
        client.client().gone();
        assertThat(health.ready(new LocalBus())).isTrue();
    }

    @Test
    void itIsNotReadyWhileItEnds() {
        hub.stop();

        assertThat(health.ready(new LocalBus())).isFalse();
    }

    @Test
    void itIsLiveWhileItsTimerMakesRounds() {
        hub.pass(Duration.ofMinutes(10));

        assertThat(health.live()).isTrue();
    }

    @Test
    void itIsNotLiveOnceItsTimerStandsStill() {
        hub.time.advance(HubHealth.LONGEST_ROUND.minusSeconds(1));
        assertThat(health.live()).isTrue();

        hub.time.advance(Duration.ofSeconds(2));

        assertThat(health.live()).isFalse();
    }

    @Test
    void aClientThatDoesNotReadDoesNotEndIt() {
        FakeClient client = hub.clientOf("alice").subscribesTo("orders:1");
        client.transport().hold();
        hub.publishNumbers("orders:1", 1, 10);

        for (int second = 0; second < 120; second++) {
            hub.pass(Duration.ofSeconds(1));
            assertThat(health.live()).isTrue();
        }
    }

    @Test
    void itIsLeftAloneWhileItEnds() {
        hub.stop();
        hub.time.advance(Duration.ofMinutes(5));

        assertThat(health.live()).isTrue();
    }
}
