package io.kulkul.core.hub;

import static io.kulkul.core.testkit.TestHub.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.kulkul.core.access.Revocations;
import io.kulkul.core.access.TokenVerifier;
import io.kulkul.core.channel.Namespaces;
import io.kulkul.core.connection.ConnectionSettings;
import io.kulkul.core.connection.Meter;
import io.kulkul.core.connection.Transport;
import io.kulkul.core.connection.Writers;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Encoded;
import io.kulkul.core.testkit.ManualTimer;
import io.kulkul.core.testkit.TestTime;
import io.kulkul.core.testkit.Tokens;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What an event costs on its way to many clients, in figures that do not depend on how fast the machine is: bytes allocated, frames made,
 * frames written.
 */
class FanOutCostTest {

    private static final int CLIENTS = 500;
    private static final int EVENTS = 200;

    /** What the fan-out may allocate for each delivery, beside what a server's send allocates. */
    private static final int MAX_BYTES_PER_DELIVERY = 64;

    private final TestTime time = new TestTime();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final ManualTimer timer = new ManualTimer(time);
    private final Writers writers = new Writers(
            task -> {
                Thread thread = new Thread(task, "writer");
                thread.setDaemon(true);
                threads.add(thread);
                return thread;
            },
            1,
            100,
            60_000,
            timer);
    private final Hub hub = new Hub(
            new HubSettings("instance-1", "kulkul", 1000, Duration.ofSeconds(5), Duration.ofSeconds(20)),
            ConnectionSettings.DEFAULTS,
            Map.of(),
            new Namespaces(options("*").build(), Map.of()),
            TokenVerifier.open(Tokens.settings(), time),
            new Revocations(Tokens.settings()),
            Meter.NONE,
            Backends.none(),
            new Threads(writers, writers, Runnable::run, Runnable::run, Runnable::run, Runnable::run, timer),
            time,
            time::nanos,
            new Random(5));
    private final Sockets sockets = new Sockets();

    @AfterEach
    void endThreads() {
        writers.stop();
    }

    @Test
    void aDeliveryOfOneEventAllocatesLittle() throws Exception {
        connect("kulkul.v1");

        assertThat(bytesPerDelivery(this::publishOneByOne)).isLessThan(MAX_BYTES_PER_DELIVERY);
    }

    @Test
    void aDeliveryOfOneEventToAClientThatTakesBatchesAllocatesLittle() throws Exception {
        connect("kulkul.v1+batch");

        assertThat(bytesPerDelivery(this::publishOneByOne)).isLessThan(MAX_BYTES_PER_DELIVERY);
    }

    @Test
    void aDeliveryWithinABatchAllocatesLittle() throws Exception {
        connect("kulkul.v1+batch");

        assertThat(bytesPerDelivery(this::publishInBursts)).isLessThan(MAX_BYTES_PER_DELIVERY);
    }

    @Test
    void anEventIsEncodedOnceForAllClients() throws Exception {
        connect("kulkul.v1");
        sockets.texts.clear();

        publishOneByOne();

        assertThat(sockets.texts).as("different strings").hasSize(EVENTS);
    }

    @Test
    void aBurstIsOneFrameForAClientThatTakesBatches() throws Exception {
        connect("kulkul.v1+batch");
        sockets.frames = 0;
        sockets.texts.clear();

        publishInBursts();

        assertThat(sockets.frames).isEqualTo(CLIENTS * EVENTS / BURST);
        assertThat(sockets.texts).as("different strings").hasSize(EVENTS / BURST);
    }

    private static final int BURST = 20;

    private void publishOneByOne() throws Exception {
        for (int i = 0; i < EVENTS; i++) {
            publish();
            settle();
        }
    }

    /** While the writers' only thread is busy with something else, so that all of a burst waits when it comes back. */
    private void publishInBursts() throws Exception {
        for (int burst = 0; burst < EVENTS / BURST; burst++) {
            CountDownLatch published = new CountDownLatch(1);
            writers.execute(() -> await(published));
            for (int i = 0; i < BURST; i++) {
                publish();
            }
            published.countDown();
            settle();
        }
    }

    private void publish() throws RefusedException {
        hub.publishing()
                .publish(new Publication(new ChannelId("", "a:1"), "happened", "\"something\"", null, null, null));
    }

    /** Waits until the writers have nothing to do: what a task adds stands behind what was added before. */
    private void settle() {
        for (int round = 0; round < 3; round++) {
            CountDownLatch reached = new CountDownLatch(1);
            writers.execute(reached::countDown);
            await(reached);
        }
    }

    private void connect(String subprotocol) {
        for (int i = 0; i < CLIENTS; i++) {
            String token =
                    Tokens.aTokenFor("user-" + i).withScope("subscribe:*").signed();
            hub.connect(new Handshake("", subprotocol, null, token, List.of(), Map.of(), 0), sockets)
                    .receive("{\"type\":\"subscribe\",\"channel\":\"a:1\"}");
        }
        settle();
    }

    /** Of the second time: the first makes what is there for good. */
    private double bytesPerDelivery(Publishes publishing) throws Exception {
        publishing.run();
        long before = allocated();
        publishing.run();
        return (allocated() - before) / (double) (CLIENTS * EVENTS);
    }

    private long allocated() {
        ThreadMXBean beans = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = beans.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (Thread thread : threads) {
            bytes += beans.getThreadAllocatedBytes(thread.getId());
        }
        return bytes;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Takes everything at once, on the one writers' thread, and remembers which strings it was given. */
    private final class Sockets implements Transport {

        private final Set<String> texts = Collections.newSetFromMap(new IdentityHashMap<>());
        private int frames;

        @Override
        public void begin(Runnable writing) {
            writers.execute(writing);
        }

        @Override
        public void send(Encoded frame, Done done) {
            frames++;
            texts.add(frame.text());
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

    private interface Publishes {
        void run() throws Exception;
    }
}
