package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A client of another system, as that system describes its own protocol: {@code client.expect("{'type':'pong','data':null}")}.
 *
 * <p>Frames are taken in the order in which they came, so that none can be overlooked: what is not expected next is a failure. In what
 * is sent and expected, single quotes stand for double ones. Meant for one test's thread.
 */
final class DialectClient implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Recorder recorder;
    private final WebSocket socket;

    private DialectClient(Handshake handshake) {
        recorder = new Recorder(handshake);
        socket = handshake.builder.buildAsync(handshake.uri, recorder).join();
    }

    /** A handshake to a path of the server under test, with its query. */
    static Handshake to(String path) {
        return to(ServerUnderTest.webSocket(path));
    }

    static Handshake to(URI uri) {
        return new Handshake(uri);
    }

    /** What a client says before it is connected, and what it does by itself. */
    static final class Handshake {
        private final URI uri;
        private final WebSocket.Builder builder = HTTP.newWebSocketBuilder().connectTimeout(KulkulClient.PATIENCE);
        private final Set<String> ignored = new HashSet<>();
        private String pong = "";

        private Handshake(URI uri) {
            this.uri = uri;
        }

        /** In the {@code Authorization} header. */
        Handshake withToken(String token) {
            builder.header("Authorization", "Bearer " + token);
            return this;
        }

        Handshake offering(String subprotocol) {
            builder.subprotocols(subprotocol);
            return this;
        }

        /** Answers each frame {@code ping} so; neither is recorded. */
        Handshake answeringPings(String frame) {
            pong = KulkulClient.quoted(frame);
            return this;
        }

        /** Passes over frames of this type, as clients of that system do because they do not know it. */
        Handshake ignoring(String type) {
            ignored.add(type);
            return this;
        }

        DialectClient connect() {
            return new DialectClient(this);
        }
    }

    /** Sends a frame as it is. */
    DialectClient sendRaw(String text) {
        recorder.say(socket, text);
        return this;
    }

    DialectClient send(String json) {
        return sendRaw(KulkulClient.quoted(json));
    }

    /**
     * Sends the frame again and again, each after the answer to the one before, until the server closes with the code.
     *
     * <p>One at a time, because the server resets a socket that it closes with unread data in it, and the close frame may be lost then.
     */
    void sendUntilClosed(String json, int code, int most) {
        for (int i = 0; i < most; i++) {
            send(json);
            Received answer = recorder.take();
            if (!(answer instanceof Frame)) {
                assertThat(answer).isEqualTo(new Closed(code));
                return;
            }
        }
        throw new AssertionError("not closed after " + most + " frames");
    }

    /** The next frame. */
    JsonObject next() {
        Received received = recorder.take();
        if (received instanceof Frame frame) {
            return frame.json();
        }
        throw new AssertionError("no frame, but " + received);
    }

    /** The next frame is exactly this. */
    DialectClient expect(String json) {
        assertThat(next()).isEqualTo(KulkulClient.parse(KulkulClient.quoted(json)));
        return this;
    }

    /** The next frame has these members; gives the frame. */
    JsonObject expectLike(String json) {
        JsonObject frame = next();
        assertThat(frame)
                .containsAllEntriesOf(
                        KulkulClient.parse(KulkulClient.quoted(json)).asJsonObject());
        return frame;
    }

    /** The next thing is the server's close frame. */
    void expectClose(int code) {
        assertThat(recorder.take()).isEqualTo(new Closed(code));
    }

    /** Takes all frames up to the server's close frame. */
    List<JsonObject> framesBeforeClose(int code) {
        List<JsonObject> frames = new ArrayList<>();
        Received received = recorder.take();
        while (received instanceof Frame frame) {
            frames.add(frame.json());
            received = recorder.take();
        }
        assertThat(received).isEqualTo(new Closed(code));
        return frames;
    }

    /** From now on takes nothing from the socket, as a browser's tab that is asleep; one frame more may come. */
    void stopsReading() {
        recorder.reading = false;
    }

    void readsOn() {
        recorder.reading = true;
        socket.request(1);
    }

    /** Drops the socket without a word. */
    void drops() {
        socket.abort();
    }

    @Override
    public void close() {
        socket.abort();
    }

    private sealed interface Received {}

    private record Frame(JsonObject json) implements Received {}

    private record Closed(int code) implements Received {}

    private record Failed(Throwable cause) implements Received {}

    /** Keeps what comes from the socket. The library calls it on one thread at a time. */
    private static final class Recorder implements WebSocket.Listener {
        private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
        private final StringBuilder part = new StringBuilder();
        private final Set<String> ignored;
        private final String pong;
        private volatile boolean reading = true;

        Recorder(Handshake handshake) {
            ignored = Set.copyOf(handshake.ignored);
            pong = handshake.pong;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                record(socket, KulkulClient.parse(part.toString()));
                part.setLength(0);
            }
            if (reading) {
                socket.request(1);
            }
            return null;
        }

        private void record(WebSocket socket, JsonValue json) {
            if (json instanceof JsonArray batch) {
                batch.forEach(frame -> record(socket, frame));
                return;
            }
            JsonObject frame = json.asJsonObject();
            String type = frame.getString("type", "");
            if (type.equals("ping") && !pong.isEmpty()) {
                say(socket, pong);
            } else if (!ignored.contains(type)) {
                received.add(new Frame(frame));
            }
        }

        /** One at a time, because the library refuses a frame while another is being sent. */
        synchronized void say(WebSocket socket, String text) {
            socket.sendText(text, true)
                    .orTimeout(KulkulClient.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            received.add(new Closed(code));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            received.add(new Failed(error));
        }

        private Received take() {
            try {
                Received next = received.poll(KulkulClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                if (next == null) {
                    throw new AssertionError("nothing came");
                }
                return next;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }
}
