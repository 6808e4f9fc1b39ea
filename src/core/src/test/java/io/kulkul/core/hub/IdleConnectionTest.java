package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.connection.Transport;
import io.kulkul.core.eventlog.Encoded;
import io.kulkul.core.testkit.LiveHeap;
import io.kulkul.core.testkit.TestHub;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a connection costs that is idle: the most frequent state of all.
 *
 * <p>The limits are about a quarter above what was measured (JDK 17 and 25), so that they do not stand in the way of a new member here or
 * there, but fail where each connection begins to keep its token, a buffer or a thread of its own.
 */
class IdleConnectionTest {

    private static final int CONNECTIONS = 1000;

    private final TestHub hub = TestHub.open();
    private final List<Client> clients = new ArrayList<>();
    private int users;

    /** So that what the first connections load and what grows with them is not counted. */
    @BeforeEach
    void warmUp() {
        connect(tokens(100, ""));
    }

    @Test
    void anAuthenticatedAndSubscribedConnectionKeepsLittle() {
        long perConnection = kept(CONNECTIONS, "");

        assertThat(perConnection).isBetween(500L, 2_500L);
    }

    @Test
    void aLongTokenIsNotKept() {
        long perConnection = kept(CONNECTIONS, "x".repeat(4_000));

        assertThat(perConnection).isLessThan(2_500);
    }

    @Test
    void aConnectionHasNoTimerOfItsOwnAndNoTaskThatWaits() {
        int timers = hub.timer.pending();

        connect(tokens(100, ""));

        assertThat(hub.timer.pending()).isEqualTo(timers);
        assertThat(hub.writers.pending() + hub.readers.pending() + hub.dispatcher.pending())
                .isZero();
    }

    /** The bytes that each of the new connections keeps. */
    private long kept(int connections, String picture) {
        long before = LiveHeap.bytes();
        // Nobody else holds the tokens, so that one that is kept counts.
        connect(tokens(connections, picture));
        long after = LiveHeap.bytes();
        return (after - before) / connections;
    }

    private List<String> tokens(int count, String picture) {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tokens.add(
                    aTokenFor("user-" + ++users).withClaim("picture", picture).signed());
        }
        return tokens;
    }

    private void connect(List<String> tokens) {
        for (String token : tokens) {
            Client client = hub.hub()
                    .connect(new Handshake("", "kulkul.v1", null, token, List.of(), Map.of(), 0), new DeafTransport());
            client.receive("{\"type\":\"subscribe\",\"channel\":\"news\"}");
            clients.add(client);
        }
    }

    /** Sends everything at once, and keeps nothing. */
    private static final class DeafTransport implements Transport {

        @Override
        public void begin(Runnable writing) {
            writing.run();
        }

        @Override
        public void send(Encoded frame, Done done) {
            done.done(null);
        }

        @Override
        public void ping(Done done) {
            done.done(null);
        }

        @Override
        public void close(int code, String reason) {
            throw new AssertionError("closed with " + code);
        }
    }
}
