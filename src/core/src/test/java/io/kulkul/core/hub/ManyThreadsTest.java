package io.kulkul.core.hub;

import static io.kulkul.core.testkit.TestHub.options;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.access.Revocations;
import io.kulkul.core.access.TokenVerifier;
import io.kulkul.core.channel.Namespaces;
import io.kulkul.core.connection.ConnectionSettings;
import io.kulkul.core.connection.Meter;
import io.kulkul.core.connection.Transport;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Encoded;
import io.kulkul.core.testkit.ManualTimer;
import io.kulkul.core.testkit.TestTime;
import io.kulkul.core.testkit.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The hub on real threads: clients come in while events are published, and their writes end on other threads.
 *
 * <p>Each client checks by itself that it is told of every event exactly once and in order, be it by its message or by a gap. What the
 * model checker cannot afford, many rounds make likely: a lost wake-up leaves a client waiting, and its round fails.
 */
class ManyThreadsTest {

    private static final int ROUNDS = 12;
    private static final int CLIENTS = 16;
    private static final int EVENTS = 300;

    private final TestTime time = new TestTime();
    private final ExecutorService dispatcher = Executors.newSingleThreadExecutor();
    private final ExecutorService writers = Executors.newFixedThreadPool(2);
    private final ExecutorService network = Executors.newFixedThreadPool(2);
    private final ExecutorService application = Executors.newFixedThreadPool(3);
    private final Hub hub = new Hub(
            new HubSettings("instance-1", "kulkul", 1000, Duration.ofSeconds(5), Duration.ofSeconds(20)),
            ConnectionSettings.DEFAULTS,
            Map.of(),
            new Namespaces(
                    options("*").historySize(1000).build(),
                    Map.of(
                            "tight",
                            options("tight").tailSize(4).historySize(1000).build())),
            TokenVerifier.open(Tokens.settings(), time),
            new Revocations(Tokens.settings()),
            Meter.NONE,
            Backends.none(),
            new Threads(
                    dispatcher,
                    writers,
                    Runnable::run,
                    Runnable::run,
                    Runnable::run,
                    Runnable::run,
                    new ManualTimer(time)),
            time,
            time::nanos,
            new Random(5));

    @AfterEach
    void stopThreads() {
        List.of(dispatcher, writers, network, application).forEach(ExecutorService::shutdownNow);
    }

    @Test
    void everyClientIsToldOfEveryEventOnceHoweverItsComingMeetsThePublishing() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            roundOf((round % 2 == 0 ? "wide:" : "tight:") + round);
        }
    }

    private void roundOf(String channel) throws Exception {
        List<Reader> readers = new ArrayList<>();
        List<Future<?>> parts = new ArrayList<>();
        parts.add(application.submit(() -> publish(channel)));
        for (int i = 0; i < CLIENTS; i++) {
            Reader reader = new Reader(network);
            readers.add(reader);
            String name = i % 2 == 0 ? channel : channel.substring(0, channel.indexOf(':')) + ":*";
            boolean batch = i % 4 < 2;
            parts.add(application.submit(() -> connect(reader, channel, name, batch)));
        }
        for (Future<?> part : parts) {
            part.get(20, TimeUnit.SECONDS);
        }
        for (Reader reader : readers) {
            assertThat(reader.all.await(20, TimeUnit.SECONDS))
                    .as(reader.toString())
                    .isTrue();
            assertThat(reader.wrong.get()).isNull();
        }
        hub.connections().all().forEach(connection -> connection.gone());
    }

    private Void publish(String channel) throws RefusedException, InterruptedException {
        for (int i = 0; i < EVENTS; i++) {
            hub.publishing().publish(new Publication(new ChannelId("", channel), "e", "{}", null, null, null));
            hub.publishing().awaitRoom();
        }
        return null;
    }

    private void connect(Reader reader, String channel, String name, boolean batch) {
        reader.channel = channel;
        Client client = hub.connect(
                new Handshake("", batch ? "kulkul.v1+batch" : "kulkul.v1", null, TOKEN, List.of(), Map.of(), 0),
                reader);
        String since = name.endsWith("*") ? "{\"timestamp\":" + TestTime.START + "}" : "{\"seq\":0}";
        client.receive("{\"type\":\"subscribe\",\"channel\":\"" + name + "\",\"since\":" + since + "}");
        client.receive("{\"type\":\"ping\"}");
    }

    private static final String TOKEN =
            Tokens.aTokenFor("root").withScope("admin").signed();

    /** A client that checks what it is told of one channel. */
    private static final class Reader implements Transport {

        private final ExecutorService network;
        private final CountDownLatch all = new CountDownLatch(1);
        private final AtomicReference<@Nullable String> wrong = new AtomicReference<>();
        private volatile String channel = "";
        private volatile long next = 1;

        Reader(ExecutorService network) {
            this.network = network;
        }

        @Override
        public void begin(Runnable writing) {
            writing.run();
        }

        @Override
        public void send(Encoded frame, Done done) {
            network.execute(() -> {
                read(frame.text());
                done.done(null);
            });
        }

        private void read(String text) {
            for (String frame : text.split("(?=\\{\"type\")", -1)) {
                if (frame.contains("\"channel\":\"" + channel + "\"")) {
                    if (frame.contains("\"type\":\"message\"")) {
                        told(number(frame, "seq"), number(frame, "seq"), frame);
                    } else if (frame.contains("\"type\":\"gap\"")) {
                        told(number(frame, "from"), number(frame, "to"), frame);
                    }
                }
            }
        }

        private void told(long from, long to, String frame) {
            if (from != next) {
                wrong.compareAndSet(null, "expected " + next + ", got " + frame);
            }
            next = to + 1;
            if (to == EVENTS) {
                all.countDown();
            }
        }

        private static long number(String frame, String member) {
            int from = frame.indexOf("\"" + member + "\":") + member.length() + 3;
            int to = from;
            while (Character.isDigit(frame.charAt(to))) {
                to++;
            }
            return Long.parseLong(frame.substring(from, to));
        }

        @Override
        public void ping(Done done) {
            done.done(null);
        }

        @Override
        public void close(int code, String reason) {
            wrong.compareAndSet(null, "closed with " + code);
        }

        @Override
        public String toString() {
            return "a reader of " + channel + " that waits for " + next + " of " + EVENTS + ", " + wrong.get();
        }
    }
}
