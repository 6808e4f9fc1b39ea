package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Many connections never authenticate and as many trickle one byte a second: whoever has a token does not notice, and the hub lets go of
 * those. {@code -Dkulkul.flood=5000} says how many.
 */
@ExtendWith(ArquillianExtension.class)
class FloodIT {
    private static final int EACH = Integer.getInteger("kulkul.flood", 500);
    private static final int MAX_MORE_THREADS = 32;

    private final KulkulApi api = KulkulApi.ofAdministrator();

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }

    @Test
    void whoHasATokenConnectsAndReceivesBesideItAndTheHubLetsGoOfIt() throws Exception {
        double connections = connections();
        int threads = threads();

        try (KulkulClient early = KulkulClient.of("early");
                Flood flood = new Flood(ServerUnderTest.webSocket("/ws"), EACH)) {
            early.subscribe("calm:1");
            flood.awaitAllOpen();
            assertConnectsAndReceives("late");
            assertThat(threads()).isLessThanOrEqualTo(threads + MAX_MORE_THREADS);

            // Of the trickling ones, every other one has not even become a WebSocket.
            flood.awaitClosed(4401, EACH + EACH / 2);
            assertConnectsAndReceives("later");
            publish("calm:1");
            early.expectMessage("calm:1");
        }

        awaitConnections(connections);
        assertThat(threads()).isLessThanOrEqualTo(threads + MAX_MORE_THREADS);
        assertConnectsAndReceives("last");
    }

    private void assertConnectsAndReceives(String user) throws Exception {
        try (KulkulClient client = KulkulClient.of(user)) {
            String channel = "calm:" + user;
            client.subscribe(channel);
            publish(channel);
            client.expectMessage(channel);
            client.publish(channel, "2");
            client.expectMessage(channel);
        }
    }

    private void publish(String channel) throws Exception {
        HttpResponse<String> response =
                api.post("/api/events", "application/json", "{'channel':'" + channel + "','event':'e','payload':1}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private int threads() throws Exception {
        return api.json("/api/instance").asJsonObject().getInt("threads");
    }

    private static double connections() throws IOException, InterruptedException {
        return ServerMetrics.read().sum("kulkul_connections{");
    }

    /** Asks until there are no more than so many: others' clients may still be leaving. */
    private static void awaitConnections(double most) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + KulkulClient.PATIENCE.toNanos();
        while (connections() > most && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(connections()).isLessThanOrEqualTo(most);
    }
}
