package io.kulkul.it;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Many connections, each of a user of its own, and events for them at a steady rate, so that the console has something to show.
 *
 * <p>The connection with the number i is subscribed to {@code desk:i}, and events go to one after the other.
 */
final class ConsoleLoad implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ConsoleLoad.class.getName());
    private static final int OPENING_AT_ONCE = 50;
    private static final int BATCHES_PER_SECOND = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<WebSocket> sockets = new ArrayList<>();
    private final Function<String, URI> server;
    private final String token = Tokens.forAdministrator().token();
    private final AtomicInteger published = new AtomicInteger();
    private int next;

    /** Opens the connections on a server. */
    ConsoleLoad(Function<String, URI> server, int connections) {
        this.server = server;
        for (int from = 0; from < connections; from += OPENING_AT_ONCE) {
            List<CompletableFuture<WebSocket>> opening = new ArrayList<>();
            for (int i = from; i < Math.min(from + OPENING_AT_ONCE, connections); i++) {
                opening.add(open(i));
            }
            for (CompletableFuture<WebSocket> each : opening) {
                sockets.add(
                        each.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join());
            }
        }
    }

    private CompletableFuture<WebSocket> open(int number) {
        String path = server.apply("/ws?channels=desk:" + number).toString().replaceFirst("^http", "ws");
        String user = "user-%04d".formatted(number);
        return http.newWebSocketBuilder()
                .header("Authorization", "Bearer " + Tokens.forUser(user).token())
                .subprotocols(number % 2 == 0 ? "kulkul.v1" : "kulkul.v1+batch")
                .buildAsync(URI.create(path), new Deaf());
    }

    /** Publishes so many events a second from now on. */
    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the timer
    ConsoleLoad publishing(int rate) {
        int each = Math.max(1, rate / BATCHES_PER_SECOND);
        timer.scheduleAtFixedRate(() -> publish(each), 0, 1000 / BATCHES_PER_SECOND, TimeUnit.MILLISECONDS);
        return this;
    }

    private void publish(int count) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append("{\"channel\":\"desk:")
                    .append(next % Math.max(1, sockets.size()))
                    .append("\",\"event\":\"order_shipped\",\"payload\":{\"order\":\"A-")
                    .append(next++)
                    .append("\",\"customer\":{\"name\":\"Ada Lovelace\"},\"items\":[\"tea\",\"milk\"]}}\n");
        }
        HttpRequest request = HttpRequest.newBuilder(server.apply("/api/events"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(lines.toString()))
                .build();
        try {
            if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                published.addAndGet(count);
            }
        } catch (IOException e) {
            // Shown by the count, which a test looks at; the next round comes in a moment.
            LOG.log(Level.WARNING, "events were not published", e);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many events have been published so far. */
    int published() {
        return published.get();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        sockets.forEach(WebSocket::abort);
    }

    /** Reads everything and heeds nothing. */
    private static final class Deaf implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            socket.request(1);
            return null;
        }
    }
}
