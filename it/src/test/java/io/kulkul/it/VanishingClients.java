package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients stop reading, and end while the hub waits for them in a write: no thread of the server waits for them for good. */
abstract class VanishingClients {
    private static final int CLIENTS = 50;
    private static final int MAX_BATCHES = 40;
    private static final int BATCH = 10;
    private static final int RECEIVE_BUFFER = 8 * 1024;
    private static final String TENANT = "vanishing";
    private static final String PAYLOAD = "x".repeat(32_000);

    /** Where a thread waits in a synchronous write, and where the server's own learn that a client has gone. */
    private static final Set<String> WITH_A_CLIENT =
            Set.of("com.ibm.ws.tcpchannel.internal.NioTCPWriteRequestContextImpl", "com.ibm.ws.wsoc.WsocReadCallback");

    private final KulkulApi api =
            new KulkulApi(Tokens.forUser("publisher").inTenant(TENANT).token());
    private final List<RawWebSocket> clients = new ArrayList<>();
    private double disconnects;

    @AfterEach
    void disconnect() throws IOException {
        for (RawWebSocket client : clients) {
            client.close();
        }
    }

    @Test
    void noThreadIsLeftInAWriteToThem() throws Exception {
        List<String> before = ServerThreads.within(WITH_A_CLIENT);
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(connect(i));
        }
        publishUntilTheyAreWaitedFor();
        assertThat(ended()).isZero();

        // What they have not read makes the system answer each further write with a reset.
        disconnect();
        awaitTheirEnd();

        assertThat(left(before)).isEmpty();
    }

    private RawWebSocket connect(int number) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(RECEIVE_BUFFER);
        String token = Tokens.forUser("vanishing-" + number).inTenant(TENANT).token();
        RawWebSocket client = new RawWebSocket("/ws/" + TENANT, "Authorization: Bearer " + token, socket);
        client.frame(
                RawWebSocket.FINAL | RawWebSocket.TEXT,
                KulkulClient.quoted("{'type':'subscribe','channel':'ticker:1'}").getBytes(StandardCharsets.UTF_8));
        client.textWith("subscribed");
        return client;
    }

    /** Until a frame to each of them has been under way for over a second. */
    private void publishUntilTheyAreWaitedFor() throws Exception {
        disconnects = ServerMetrics.read().sum("kulkul_disconnects_total");
        String event = "{'channel':'ticker:1','event':'tick','payload':'" + PAYLOAD + "'}\n";
        for (int batch = 0; batch < MAX_BATCHES && waitedFor() < CLIENTS; batch++) {
            HttpResponse<String> response = api.post("/api/events", "application/x-ndjson", event.repeat(BATCH));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        }
        long deadline = System.nanoTime() + KulkulClient.PATIENCE.toNanos();
        while (waitedFor() < CLIENTS && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(waitedFor()).isEqualTo(CLIENTS);
    }

    /** From then on each is with a thread that looks after it, or done. */
    private void awaitTheirEnd() throws Exception {
        long deadline = System.nanoTime() + KulkulClient.PATIENCE.toNanos();
        while (ended() < CLIENTS && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(ended()).isEqualTo(CLIENTS);
    }

    private double ended() throws Exception {
        return ServerMetrics.read().sum("kulkul_disconnects_total") - disconnects;
    }

    private static double waitedFor() throws Exception {
        return ServerMetrics.read().sum("kulkul_writers_blocked");
    }

    /**
     * The threads that are still with one of them when there was time enough for each to fail.
     *
     * @param others what hung before, with clients of the server's WebSockets that went while the hub closed them
     */
    private static List<String> left(List<String> others) throws IOException {
        long deadline = System.nanoTime() + KulkulClient.PATIENCE.toNanos();
        List<String> left = withAClientBut(others);
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            left = withAClientBut(others);
        }
        return left;
    }

    private static List<String> withAClientBut(List<String> others) throws IOException {
        List<String> threads = new ArrayList<>(ServerThreads.within(WITH_A_CLIENT));
        threads.removeAll(others);
        return threads;
    }
}
