package io.kulkul.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestHub;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a connection finds out that nobody is there any more. */
class HeartbeatTest {

    private final TestHub hub = TestHub.open();

    @Test
    void aPingIsSentAtEveryInterval() {
        FakeClient client = hub.clientOf("alice");

        hub.pass(Duration.ofSeconds(24));
        client.expectNothing();
        hub.pass(Duration.ofSeconds(1));
        client.expectLike("{'type':'ping','timestamp':" + hub.time.millis() + "}")
                .expectNothing();
        hub.pass(Duration.ofSeconds(25));
        client.expectLike("{'type':'ping'}").expectNothing();
    }

    @Test
    void aWebSocketPingGoesWithIt() {
        FakeClient client = hub.clientOf("alice");

        hub.pass(Duration.ofSeconds(25));

        assertThat(client.transport().pings()).isOne();
    }

    @Test
    void aWebSocketPingGoesAlsoWhereThePingFrameIsStillUnderWay() {
        // A real transport is never done before send returns: no WebSocket ping was ever sent.
        FakeClient client = hub.clientOf("alice");
        client.transport().hold();

        hub.pass(Duration.ofSeconds(25));
        client.transport().finishWrite();

        assertThat(client.transport().pings()).isOne();
    }

    @Test
    void aWebSocketPingGoesAlsoWhereEventsNeverCease() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1");
        client.transport().hold();
        hub.publishNumbers("a:1", 1, 200);

        hub.pass(Duration.ofSeconds(5));
        for (int second = 0; second < 25; second++) {
            client.transport().finishWrite();
            hub.pass(Duration.ofSeconds(1));
        }

        assertThat(client.transport().pings()).isOne();
    }

    @Test
    void aClientThatAnswersThePingFrameNeedsNoWebSocketPing() {
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'pong'}");
        hub.pass(Duration.ofSeconds(25));

        assertThat(client.transport().pings()).isZero();
    }

    @Test
    void clientsThatCameApartArePingedApartAlsoAfterAPause() {
        FakeClient first = hub.clientOf("alice");
        hub.pass(Duration.ofSeconds(10));
        FakeClient second = hub.clientOf("bob");

        // No round for a while, as when the machine stood still: then both are due in the same one.
        hub.time.advance(Duration.ofSeconds(26));
        hub.pass(Duration.ofSeconds(1));
        assertThat(List.of(first.transport().pings(), second.transport().pings()))
                .containsExactly(1, 1);
        first.sends("{'type':'pong'}").rest();
        second.sends("{'type':'pong'}").rest();

        hub.pass(Duration.ofSeconds(13));
        first.expectLike("{'type':'ping'}").expectNothing();
        second.expectNothing();
    }

    @Test
    void aSilentClientIsClosed() {
        FakeClient client = hub.clientOf("alice");

        hub.pass(Duration.ofSeconds(59));
        client.expectOpen();
        hub.pass(Duration.ofSeconds(1));

        client.expectClose(4408);
        assertThat(hub.meter.of("closed.heartbeat_missed")).isOne();
    }

    @Test
    void anyFrameKeepsTheConnection() {
        FakeClient client = hub.clientOf("alice");
        hub.pass(Duration.ofSeconds(50));

        client.sends("{'type':'pong'}");
        hub.pass(Duration.ofSeconds(50));

        client.expectOpen();
    }

    @Test
    void theAnswerToAWebSocketPingKeepsTheConnection() {
        FakeClient client = hub.clientOf("alice");
        hub.pass(Duration.ofSeconds(50));

        client.client().receivePong();
        hub.pass(Duration.ofSeconds(50));

        client.expectOpen();
    }

    @Test
    void aPongIsNotAnswered() {
        FakeClient client = hub.clientOf("alice");

        client.sends("{'type':'pong','id':'7'}");

        client.expectNothing();
    }
}
