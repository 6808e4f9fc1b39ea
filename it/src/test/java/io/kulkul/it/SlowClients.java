package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Some of many subscribers stop reading: the others do not notice, and the hub lets go of those. */
abstract class SlowClients {
    private static final int SLOW = 8;
    private static final int FAST = 32;
    private static final int BATCHES = 10;
    private static final int BATCH = 25;

    /** A client that does not read may keep the thread that writes to it, another that takes that one's place, and one that closes. */
    private static final int MAX_MORE_THREADS = 3 * SLOW;

    /** As a whole more than the system buffers for one socket (4 MiB). */
    private static final String PAYLOAD = "x".repeat(32_000);

    private static final String TENANT = "slow";

    private final KulkulApi api =
            new KulkulApi(Tokens.forUser("publisher").inTenant(TENANT).token());
    private final KulkulApi operator =
            new KulkulApi(Tokens.forAdministrator().inTenant(TENANT).token());
    private final List<KulkulClient> slow = new ArrayList<>();
    private final List<KulkulClient> fast = new ArrayList<>();

    @AfterEach
    void disconnect() {
        slow.forEach(KulkulClient::close);
        fast.forEach(KulkulClient::close);
    }

    @Test
    void theOthersMissNothingAndTheSlowOnesAreGoneAndCounted() throws Exception {
        for (int i = 0; i < FAST; i++) {
            fast.add(connect("fast-" + i));
        }
        for (int i = 0; i < SLOW; i++) {
            slow.add(connect("slow-" + i));
        }
        publishToAll(0);
        slow.forEach(client -> client.expectMessage("ticker:1"));
        int threads = threads();
        ServerMetrics before = ServerMetrics.read();

        slow.forEach(KulkulClient::stopsReading);
        for (int batch = 1; batch <= BATCHES; batch++) {
            publishToAll(batch);
            assertThat(threads()).isLessThanOrEqualTo(threads + MAX_MORE_THREADS);
        }

        awaitUsers(FAST);
        assertThat(connectedUsers()).noneMatch(user -> user.startsWith("slow-"));
        assertThat(threads()).isLessThanOrEqualTo(threads + MAX_MORE_THREADS);
        ServerMetrics after = ServerMetrics.read();
        assertThat(after.sum("kulkul_disconnects_total") - before.sum("kulkul_disconnects_total"))
                .isEqualTo(SLOW);
        assertThat(after.sum("kulkul_overflow_total") - before.sum("kulkul_overflow_total"))
                .isGreaterThanOrEqualTo(SLOW);
        fast.forEach(client -> assertThat(client.unexpected()).noneMatch(frame -> isGap(frame)));
    }

    private static boolean isGap(JsonObject frame) {
        return frame.getString("type").equals("gap");
    }

    private static KulkulClient connect(String user) {
        KulkulClient client = KulkulClient.to("/ws/" + TENANT)
                .withToken(Tokens.forUser(user).inTenant(TENANT).token())
                .connect();
        client.expect("connected");
        client.subscribe("ticker:1");
        return client;
    }

    /** Publishes a batch, and waits until each of the fast clients has all of it, in order. */
    private void publishToAll(int batch) throws Exception {
        String event = "{'channel':'ticker:1','event':'tick','payload':'" + PAYLOAD + "'}\n";
        HttpResponse<String> response = api.post("/api/events", "application/x-ndjson", event.repeat(BATCH));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        for (KulkulClient client : fast) {
            for (int i = 1; i <= BATCH; i++) {
                assertThat(client.expectMessage("ticker:1").getInt("seq")).isEqualTo(batch * BATCH + i);
            }
        }
    }

    private int threads() throws Exception {
        return operator.json("/api/instance").asJsonObject().getInt("threads");
    }

    private Set<String> connectedUsers() throws Exception {
        Set<String> users = new TreeSet<>();
        operator.json("/api/connections")
                .asJsonObject()
                .getJsonArray("connections")
                .getValuesAs(JsonObject.class)
                .forEach(connection -> users.add(connection.getString("user")));
        return users;
    }

    /** Asks until so many are left: the hub closes stuck sockets on threads of their own, in which each close takes seconds. */
    private void awaitUsers(int count) throws Exception {
        long deadline = System.nanoTime() + KulkulClient.PATIENCE.toNanos();
        while (connectedUsers().size() > count && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(connectedUsers()).hasSize(count);
    }
}
