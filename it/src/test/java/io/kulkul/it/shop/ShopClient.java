package io.kulkul.it.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.it.Harness;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of the shop: it asks by HTTP for something to happen, and hears of it over a WebSocket. */
final class ShopClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    private ShopClient(String path, String token) {
        socket = HTTP.newWebSocketBuilder()
                .subprotocols("kulkul.v1")
                .buildAsync(Harness.webSocket(path + "?token=" + token), new Recorder())
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Connected to {@code path} (such as {@code /shop/ws}) as {@code user}, and already subscribed to the channels. */
    static ShopClient connected(String path, String user, String... channels) throws InterruptedException {
        return connectedWith(Harness.tokenFor(user), path, channels);
    }

    /** Connected with this token, and already subscribed to the channels. */
    static ShopClient connectedWith(String token, String path, String... channels) throws InterruptedException {
        ShopClient client = new ShopClient(path, token);
        for (String channel : channels) {
            client.send(Json.createObjectBuilder()
                    .add("type", "subscribe")
                    .add("channel", channel)
                    .build());
            client.expect("subscribed");
        }
        return client;
    }

    /** The body of the answer to a GET, which has to be 200. */
    static String ask(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(Harness.http(path)).build();
        HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    void send(JsonObject frame) {
        socket.sendText(frame.toString(), true)
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** The next frame of the type; what comes before it is skipped. */
    JsonObject expect(String type) throws InterruptedException {
        return read(expectText(type));
    }

    /** The text, as it came, of the next frame of the type. */
    String expectText(String type) throws InterruptedException {
        List<String> skipped = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            String frame = frames.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            assertThat(frame).as("no %s after %s", type, skipped).isNotNull();
            if (read(frame).getString("type").equals(type)) {
                return frame;
            }
            skipped.add(frame);
        }
    }

    /** The names of the events that arrive, in order, up to and with the named one. */
    List<String> eventsUntil(String last) throws InterruptedException {
        List<String> events = new ArrayList<>();
        do {
            events.add(expect("message").getString("event"));
        } while (!events.get(events.size() - 1).equals(last));
        return events;
    }

    @Override
    public void close() {
        socket.abort();
    }

    private static JsonObject read(String frame) {
        try (JsonReader reader = Json.createReader(new StringReader(frame))) {
            return reader.readObject();
        }
    }

    private final class Recorder implements WebSocket.Listener {
        private final StringBuilder partial = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                frames.add(partial.toString());
                partial.setLength(0);
            }
            from.request(1);
            return null;
        }
    }
}
