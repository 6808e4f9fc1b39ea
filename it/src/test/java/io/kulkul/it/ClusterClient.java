package io.kulkul.it;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client as {@code docs/protocol.md} says one should be: it keeps the position of each subscription, and whenever its socket is gone it
 * connects again, to another instance, with {@code since}. What it receives goes into the records. Thread-safe.
 */
// What cannot be sent is told to the listener, too.
@SuppressWarnings("FutureReturnValueIgnored")
final class ClusterClient implements AutoCloseable {
    /** Counts what is no flaw of the records, and tells of the ways that clients took. */
    static final class Tally {
        final AtomicLong connects = new AtomicLong();
        final AtomicLong refusedConnects = new AtomicLong();
        final AtomicLong unrecovered = new AtomicLong();
        final AtomicLong gaps = new AtomicLong();
        final Queue<String> repeats = new ConcurrentLinkedQueue<>();
        final Map<String, AtomicLong> errors = new ConcurrentHashMap<>();
        final Map<String, AtomicLong> closes = new ConcurrentHashMap<>();

        private static void count(Map<String, AtomicLong> what, String which) {
            what.computeIfAbsent(which, name -> new AtomicLong()).incrementAndGet();
        }

        /** {@code repeats} tells what a client had asked for when it got an event again. */
        @Override
        public String toString() {
            return connects + " connects, " + refusedConnects + " refused, " + unrecovered
                    + " subscriptions not recovered, " + gaps + " gaps, errors " + errors + ", closes " + closes
                    + ", repeats "
                    + repeats;
        }
    }

    private record Position(String epoch, long seq) {}

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final String name;
    private final List<URI> instances;
    private final List<String> subscriptions;
    private final ClusterRecords records;
    private final Tally tally;
    private final HttpClient http;
    private final ScheduledExecutorService timer;
    private final String token;
    private final long began = System.currentTimeMillis();
    private final CountDownLatch subscribed;

    /** Guarded by this, as all that follows. By subscription, then channel. */
    private final Map<String, Map<String, Position>> positions = new HashMap<>();

    private final Map<String, Long> lastTimestamps = new HashMap<>();
    private Connection current;
    private int instance;
    private boolean paused;
    private boolean closed;

    /** Connects at once; {@link #awaitSubscribed} says when it is there. */
    ClusterClient(
            String name,
            List<URI> instances,
            int instance,
            List<String> subscriptions,
            ClusterRecords records,
            Tally tally,
            HttpClient http,
            ScheduledExecutorService timer) {
        this.name = name;
        this.instances = List.copyOf(instances);
        this.instance = instance;
        this.subscriptions = List.copyOf(subscriptions);
        this.records = records;
        this.tally = tally;
        this.http = http;
        this.timer = timer;
        this.token = Tokens.forUser(name).token();
        this.subscribed = new CountDownLatch(subscriptions.size());
        connect();
    }

    boolean awaitSubscribed() throws InterruptedException {
        return subscribed.await(60, TimeUnit.SECONDS);
    }

    /** Drops the socket without a word, and goes to the next instance. */
    synchronized void move() {
        if (!paused && current != null) {
            lost(current, "moved");
        }
    }

    /** Takes nothing from its socket from now on, nor leaves it. */
    synchronized void pause() {
        paused = true;
    }

    synchronized void goOn() {
        paused = false;
        if (current != null) {
            current.goOn();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (current != null) {
            current.end();
        }
    }

    private synchronized void connect() {
        if (closed) {
            return;
        }
        Connection connection = new Connection();
        current = connection;
        http.newWebSocketBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .header("Authorization", "Bearer " + token)
                .subprotocols("kulkul.v1+batch")
                .buildAsync(instances.get(instance), connection)
                .whenComplete((socket, failure) -> {
                    if (failure != null) {
                        tally.refusedConnects.incrementAndGet();
                        lost(connection, null);
                    }
                });
    }

    private synchronized void lost(Connection connection, String why) {
        if (connection != current || closed) {
            return;
        }
        if (why != null) {
            Tally.count(tally.closes, why);
        }
        connection.end();
        current = null;
        instance = (instance + 1) % instances.size();
        timer.schedule(this::connect, ThreadLocalRandom.current().nextLong(50, 500), TimeUnit.MILLISECONDS);
    }

    private synchronized void opened(Connection connection, WebSocket socket) {
        if (connection != current || closed) {
            socket.abort();
            return;
        }
        tally.connects.incrementAndGet();
        JsonObjectBuilder[] frames = subscriptions.stream().map(this::subscribe).toArray(JsonObjectBuilder[]::new);
        var array = Json.createArrayBuilder();
        for (JsonObjectBuilder frame : frames) {
            array.add(frame);
        }
        connection.asked = array.build().toString();
        socket.sendText(connection.asked, true);
    }

    private JsonObjectBuilder subscribe(String subscription) {
        JsonObjectBuilder frame = Json.createObjectBuilder()
                .add("type", "subscribe")
                .add("id", subscription)
                .add("channel", subscription);
        Map<String, Position> known = positions.get(subscription);
        if (known == null) {
            return frame;
        }
        if (!isPattern(subscription)) {
            return frame.add("since", json(known.get(subscription)));
        }
        JsonObjectBuilder channels = Json.createObjectBuilder();
        known.forEach((channel, position) -> channels.add(channel, json(position)));
        return frame.add(
                "since",
                Json.createObjectBuilder()
                        .add("channels", channels)
                        .add("timestamp", lastTimestamps.getOrDefault(subscription, began)));
    }

    private static JsonObjectBuilder json(Position position) {
        return Json.createObjectBuilder().add("seq", position.seq()).add("epoch", position.epoch());
    }

    private static boolean isPattern(String subscription) {
        return subscription.contains("*");
    }

    private synchronized void take(Connection connection, String text) {
        if (connection != current || closed) {
            return;
        }
        JsonValue value = KulkulClient.parse(text);
        List<JsonValue> frames = value instanceof JsonArray array ? array : List.of(value);
        for (JsonValue frame : new ArrayList<>(frames)) {
            take(connection, frame.asJsonObject());
        }
    }

    private void take(Connection connection, JsonObject frame) {
        connection.frames++;
        switch (frame.getString("type")) {
            case "message" -> message(connection, frame);
            case "subscribed" -> subscribed(frame);
            case "gap" -> tally.gaps.incrementAndGet();
            case "ping" -> connection.socket.sendText("{\"type\":\"pong\"}", true);
            case "reconnect" ->
                timer.schedule(
                        () -> lost(connection, "sent away"),
                        frame.getJsonNumber("after").longValue(),
                        TimeUnit.MILLISECONDS);
            case "error" -> {
                Tally.count(tally.errors, frame.getString("code"));
                // A subscription that is refused for now is asked for again, on a new connection.
                if (frame.containsKey("id")) {
                    lost(connection, "refused");
                }
            }
            default -> {
                // Nothing that a client has to act upon here.
            }
        }
    }

    private void subscribed(JsonObject frame) {
        String subscription = frame.getString("id");
        Map<String, Position> known = positions.get(subscription);
        if (known == null) {
            known = new HashMap<>();
            positions.put(subscription, known);
            if (!isPattern(subscription)) {
                known.put(
                        subscription,
                        new Position(
                                frame.getString("epoch"),
                                frame.getJsonNumber("seq").longValue()));
            }
            subscribed.countDown();
        } else if (!frame.getBoolean("recovered")) {
            tally.unrecovered.incrementAndGet();
        }
    }

    private void message(Connection connection, JsonObject frame) {
        String channel = frame.getString("channel");
        String subscription = frame.getString("pattern", channel);
        Map<String, Position> known = positions.get(subscription);
        Position before = known.get(channel);
        String epoch = frame.getString("epoch", before == null ? "" : before.epoch());
        long seq = frame.getJsonNumber("seq").longValue();
        if (before != null && seq <= before.seq() && tally.repeats.size() < 20) {
            tally.repeats.add(name + " had " + before.seq() + " of " + channel + " and got " + seq + " in frame "
                    + connection.frames + " after " + connection.asked);
        }
        known.put(channel, new Position(epoch, seq));
        lastTimestamps.merge(subscription, frame.getJsonNumber("timestamp").longValue(), Math::max);
        records.received(name, channel, epoch, seq, frame.get("payload").toString());
    }

    /** One socket's life. */
    private final class Connection implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private WebSocket socket;
        private int frames;
        private String asked = "";
        private boolean waiting;

        @Override
        public void onOpen(WebSocket opened) {
            synchronized (ClusterClient.this) {
                socket = opened;
                opened(this, opened);
            }
            opened.request(1);
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                String whole = text.toString();
                text.setLength(0);
                take(this, whole);
            }
            synchronized (ClusterClient.this) {
                if (paused) {
                    waiting = true;
                    return null;
                }
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            lost(this, Integer.toString(code));
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            lost(this, error.getClass().getSimpleName());
        }

        private void goOn() {
            if (waiting) {
                waiting = false;
                socket.request(1);
            }
        }

        private void end() {
            if (socket != null) {
                socket.abort();
            }
        }
    }
}
