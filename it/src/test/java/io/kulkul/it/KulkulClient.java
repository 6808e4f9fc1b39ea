package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A client of the native protocol over a real socket, which records every frame: {@code client.expectMessage("orders:1")}.
 *
 * <p>Its library is the JDK's, not the server's container. An expectation waits until its frame is there, and takes it: the next one
 * that asks for the same gets the frame after it. In commands, single quotes stand for double ones. Thread-safe, but meant for one
 * test's thread.
 */
final class KulkulClient implements AutoCloseable {
    /** Far more than a healthy server needs on a busy machine: it decides no result, it only ends a test that would hang. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Recorder recorder = new Recorder();
    private final WebSocket socket;
    private int asked;

    private KulkulClient(WebSocket.Builder builder, URI uri) {
        socket = builder.buildAsync(uri, recorder).join();
    }

    /** A handshake to a path of the server under test, which may have a query. */
    static Handshake to(String path) {
        return to(ServerUnderTest.webSocket(path));
    }

    static Handshake to(URI uri) {
        return new Handshake(uri);
    }

    /** Connects to {@code /ws} with a token for the user, and has been greeted. */
    static KulkulClient of(String user) {
        KulkulClient client = to("/ws").withToken(Tokens.forUser(user).token()).connect();
        client.expect("connected");
        return client;
    }

    /** What a client says before it is connected. */
    static final class Handshake {
        private final URI uri;
        private final WebSocket.Builder builder = HTTP.newWebSocketBuilder().connectTimeout(PATIENCE);

        private Handshake(URI uri) {
            this.uri = uri;
        }

        /** In the {@code Authorization} header. */
        Handshake withToken(String token) {
            return withHeader("Authorization", "Bearer " + token);
        }

        Handshake withHeader(String name, String value) {
            builder.header(name, value);
            return this;
        }

        Handshake offering(String subprotocol, String... others) {
            builder.subprotocols(subprotocol, others);
            return this;
        }

        KulkulClient connect() {
            return new KulkulClient(builder, uri);
        }

        /** Tries to connect, and gives the HTTP status with which the server refuses that. */
        int refusal() {
            KulkulClient connected;
            try {
                connected = connect();
            } catch (CompletionException e) {
                if (e.getCause() instanceof WebSocketHandshakeException refused) {
                    return refused.getResponse().statusCode();
                }
                throw e;
            }
            connected.close();
            throw new AssertionError("the server accepted the handshake");
        }
    }

    /** The subprotocol that the server picked; empty where it picked none. */
    String subprotocol() {
        return socket.getSubprotocol();
    }

    /** Sends a frame as it is. */
    void sendRaw(String text) {
        await(socket.sendText(text, true));
    }

    /** Sends a frame. */
    void send(String json) {
        sendRaw(quoted(json));
    }

    void sendBinary(byte[] bytes) {
        await(socket.sendBinary(ByteBuffer.wrap(bytes), true));
    }

    private static void await(CompletableFuture<WebSocket> sent) {
        sent.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Sends a command with an id of its own, and gives the reply to it. */
    JsonObject ask(String json) {
        asked++;
        String id = "ask-" + asked;
        sendRaw(Json.createObjectBuilder(parse(quoted(json)).asJsonObject())
                .add("id", id)
                .build()
                .toString());
        return expectReply(id);
    }

    /** Subscribes, and gives the acknowledgement. */
    JsonObject subscribe(String channel) {
        JsonObject reply = ask("{'type':'subscribe','channel':'" + channel + "'}");
        assertThat(reply.getString("type")).as(reply.toString()).isEqualTo("subscribed");
        return reply;
    }

    /** Publishes an event called {@code note}, and gives the acknowledgement. */
    JsonObject publish(String channel, String payload) {
        JsonObject reply =
                ask("{'type':'publish','channel':'" + channel + "','event':'note','payload':" + payload + "}");
        assertThat(reply.getString("type")).as(reply.toString()).isEqualTo("published");
        return reply;
    }

    JsonObject expectReply(String id) {
        return expect("a reply to " + id, frame -> id.equals(frame.getString("id", null)) && !isType(frame, "message"));
    }

    JsonObject expectMessage(String channel) {
        return expect(
                "a message on " + channel, frame -> isType(frame, "message") && isText(frame, "channel", channel));
    }

    /** The next message on any channel. */
    JsonObject expectMessage() {
        return expect("message");
    }

    JsonObject expectGap(String channel) {
        return expect("a gap on " + channel, frame -> isType(frame, "gap") && isText(frame, "channel", channel));
    }

    JsonObject expectError(String code) {
        return expect("the error " + code, frame -> isType(frame, "error") && isText(frame, "code", code));
    }

    /** The next frame of this type. */
    JsonObject expect(String type) {
        return expect("a frame " + type, frame -> isType(frame, type));
    }

    /** The next frame, whatever it is. */
    JsonObject expectAny() {
        return expect("any frame", frame -> true);
    }

    private JsonObject expect(String what, Predicate<JsonObject> wanted) {
        return recorder.take(what, wanted);
    }

    /** Waits for the server's close frame. */
    void expectClose(int code) {
        assertThat(recorder.closeCode()).as("close code").isEqualTo(code);
    }

    /** The frames that came and were not expected yet. */
    List<JsonObject> unexpected() {
        return recorder.untaken();
    }

    /** How many socket frames came, each of which may hold several of the protocol's. */
    int socketFrames() {
        return recorder.socketFrames();
    }

    /** From now on takes nothing from the socket, as a browser's tab that is asleep; one frame more may come. */
    void stopsReading() {
        recorder.reading = false;
    }

    /** Drops the socket without a word. */
    void drops() {
        socket.abort();
    }

    @Override
    public void close() {
        socket.abort();
    }

    /** The JSON text that the single quotes stand for. */
    static String quoted(String json) {
        return json.replace('\'', '"');
    }

    static JsonValue parse(String json) {
        try (JsonReader reader = Json.createReader(new StringReader(json))) {
            return reader.readValue();
        }
    }

    private static boolean isType(JsonObject frame, String type) {
        return isText(frame, "type", type);
    }

    private static boolean isText(JsonObject frame, String member, String text) {
        return text.equals(frame.getString(member, null));
    }

    /** Keeps what comes from the socket. The library calls it on one thread at a time; guarded by its monitor. */
    private static final class Recorder implements WebSocket.Listener {
        private static final int OPEN = -1;

        private final StringBuilder part = new StringBuilder();
        private final List<JsonObject> untaken = new ArrayList<>();
        private volatile boolean reading = true;
        private int socketFrames;
        private int changes;
        private int closeCode = OPEN;
        private Throwable failure;

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                record(parse(part.toString()));
                part.setLength(0);
            }
            if (reading) {
                socket.request(1);
            }
            return null;
        }

        private synchronized void record(JsonValue frame) {
            socketFrames++;
            if (frame instanceof JsonArray batch) {
                untaken.addAll(batch.getValuesAs(JsonObject.class));
            } else {
                untaken.add(frame.asJsonObject());
            }
            changed();
        }

        @Override
        public synchronized CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closeCode = code;
            changed();
            return null;
        }

        @Override
        public synchronized void onError(WebSocket socket, Throwable error) {
            failure = error;
            changed();
        }

        private synchronized JsonObject take(String what, Predicate<JsonObject> wanted) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            int looked = 0;
            while (true) {
                for (; looked < untaken.size(); looked++) {
                    if (wanted.test(untaken.get(looked))) {
                        return untaken.remove(looked);
                    }
                }
                if (ended() || !awaitChange(deadline)) {
                    throw new AssertionError("no " + what + "; " + state());
                }
            }
        }

        private synchronized int closeCode() {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!ended()) {
                if (!awaitChange(deadline)) {
                    throw new AssertionError("no close; " + state());
                }
            }
            if (failure != null) {
                throw new AssertionError("no close frame, but " + state(), failure);
            }
            return closeCode;
        }

        private boolean ended() {
            return closeCode != OPEN || failure != null;
        }

        /** Waits for something new; false when the time is up. */
        private synchronized boolean awaitChange(long deadline) {
            int before = changes;
            try {
                while (changes == before) {
                    long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                    if (millis <= 0) {
                        return false;
                    }
                    wait(millis);
                }
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        private synchronized void changed() {
            changes++;
            notifyAll();
        }

        private String state() {
            String shown = untaken.subList(Math.max(0, untaken.size() - 5), untaken.size()).stream()
                    .map(frame -> frame.toString()
                            .substring(0, Math.min(300, frame.toString().length())))
                    .toList()
                    .toString();
            return "close code " + closeCode + ", failure " + failure + ", " + untaken.size()
                    + " frames not taken, last " + shown;
        }

        private synchronized List<JsonObject> untaken() {
            return List.copyOf(untaken);
        }

        private synchronized int socketFrames() {
            return socketFrames;
        }
    }
}
