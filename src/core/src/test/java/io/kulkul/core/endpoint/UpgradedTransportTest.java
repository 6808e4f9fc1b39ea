package io.kulkul.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.connection.Writers;
import io.kulkul.core.eventlog.Encoded;
import io.kulkul.core.testkit.ManualTimer;
import io.kulkul.core.testkit.TestTime;
import io.kulkul.core.websocket.Frames;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.WebConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How frames are written to an upgraded connection that behaves as Open Liberty's does: a write ends when the client reads, or fails. */
class UpgradedTransportTest {

    private static final Object WRITTEN = new Object();
    private static final String CLOSE = "close";

    private final TestTime time = new TestTime();
    private final ManualTimer timer = new ManualTimer(time);
    private final Connection connection = new Connection();
    private final BlockingQueue<Object> ends = new LinkedBlockingQueue<>();
    private final PatientThreads patient = new PatientThreads(null, 1);
    private Writers writers = writers(100);
    private UpgradeThreads threads = threads();
    private UpgradedTransport transport = transport(connection);
    private volatile List<Encoded> next = List.of();

    private Writers writers(int maxBlocked) {
        return new Writers(
                task -> {
                    Thread thread = new Thread(task, "writer");
                    thread.setDaemon(true);
                    return thread;
                },
                1,
                maxBlocked,
                60_000,
                timer);
    }

    private UpgradeThreads threads() {
        return new UpgradeThreads(writers, patient, Runnable::run, timer, time::nanos);
    }

    private UpgradedTransport transport(Connection to) {
        UpgradedTransport made = new UpgradedTransport(to, to.out, threads);
        threads.opened(made);
        return made;
    }

    private void write() {
        List<Encoded> frames = next;
        if (frames.size() == 1) {
            transport.send(frames.get(0), this::ended);
        } else {
            transport.sendAll(frames, this::ended);
        }
    }

    @AfterEach
    void endThreads() {
        connection.reads();
        writers.stop();
        patient.stop();
    }

    @Test
    void aFrameIsWrittenAndFlushedByAWriter() throws Exception {
        send("a");

        assertThat(end()).isSameAs(WRITTEN);
        assertThat(connection.writes).containsExactly("a by writer");
    }

    @Test
    void severalFramesAreOneWrite() throws Exception {
        send("a", "b", "c");

        assertThat(end()).isSameAs(WRITTEN);
        assertThat(connection.writes).containsExactly("a b c by writer");
        assertThat(transport.sendsAll()).isTrue();
    }

    @Test
    void pingsAndPongsAreFramesOfTheirOwn() throws Exception {
        transport.begin(() -> transport.ping(this::ended));
        assertThat(end()).isSameAs(WRITTEN);
        transport.begin(() -> transport.pong(new byte[] {7}, this::ended));
        assertThat(end()).isSameAs(WRITTEN);

        assertThat(connection.bytes.toByteArray()).isEqualTo(new byte[] {(byte) 0x89, 0, (byte) 0x8a, 1, 7});
    }

    @Test
    void aFailureIsReported() throws Exception {
        connection.isBroken();

        send("a");

        assertThat(end()).isInstanceOf(IOException.class);
    }

    @Test
    void aClientThatWasSlowIsWrittenToByPatientThreadsUntilItHasReadForSomeTime() throws Exception {
        connection.doesNotRead();
        send("slow");
        connection.hangs.acquire();
        time.advance(Duration.ofMillis(101));
        connection.reads();
        assertThat(end()).isSameAs(WRITTEN);

        for (int i = 0; i < UpgradedTransport.QUICK_WRITES; i++) {
            send("quick");
            assertThat(end()).isSameAs(WRITTEN);
        }
        send("again");
        assertThat(end()).isSameAs(WRITTEN);

        assertThat(connection.writes)
                .hasSize(UpgradedTransport.QUICK_WRITES + 2)
                .startsWith("slow by writer", "quick by kulkul-patient-1")
                .endsWith("quick by kulkul-patient-1", "again by writer");
    }

    @Test
    void whileTooManyWritersWaitPatientThreadsWrite() throws Exception {
        writers = writers(0);
        threads = threads();
        transport = transport(connection);

        send("a");

        assertThat(end()).isSameAs(WRITTEN);
        assertThat(connection.writes).containsExactly("a by kulkul-patient-1");
    }

    @Test
    void withoutWritersPatientThreadsWrite() throws Exception {
        writers.stop();

        send("a");

        assertThat(end()).isSameAs(WRITTEN);
        assertThat(connection.writes).containsExactly("a by kulkul-patient-1");
    }

    @Test
    void aCloseWaitsForTheClientsCloseFrame() {
        transport.close(4401, "no token");
        assertThat(connection.bytes.toByteArray()).isEqualTo(Frames.close(4401, "no token"));
        assertThat(connection.closed.getCount()).isOne();

        transport.clientEnded();

        assertThat(connection.closed.getCount()).isZero();
    }

    @Test
    void aCloseWaitsNoLongerThanItLingers() {
        transport.close(4401, "no token");

        timer.pass(Duration.ofMillis(UpgradedTransport.LINGER_MILLIS - 1), () -> {});
        assertThat(connection.closed.getCount()).isOne();
        timer.pass(Duration.ofMillis(1), () -> {});

        assertThat(connection.closed.getCount()).isZero();
    }

    @Test
    void aClientsCloseIsAnsweredAndEndsTheConnectionAtOnce() {
        transport.clientEnded();
        transport.close(1000, "");

        assertThat(connection.bytes.toByteArray()).isEqualTo(Frames.close(1000, ""));
        assertThat(connection.closed.getCount()).isZero();
    }

    @Test
    void aCloseFrameThatCannotBeWrittenEndsTheConnectionAtOnce() {
        connection.isBroken();

        transport.close(1001, "");

        assertThat(connection.closed.getCount()).isZero();
    }

    @Test
    void thereIsOneCloseFrameAndNothingBehindIt() {
        transport.close(1012, "restarting");
        transport.close(4413, "slow");
        transport.begin(this::write);
        transport.send(Encoded.of("late"), this::ended);

        assertThat(connection.bytes.toByteArray()).isEqualTo(Frames.close(1012, "restarting"));
    }

    @Test
    void aFrameThatWaitsForAThreadIsNotWrittenBesideTheCloseFrame() throws Exception {
        writers = writers(0);
        threads = threads();
        transport = transport(connection);
        CountDownLatch busy = new CountDownLatch(1);
        patient.execute(() -> await(busy));
        send("a");
        awaitWriters();
        connection.doesNotRead();
        Thread closer = new Thread(() -> transport.close(4413, "slow"), "closer");
        closer.start();
        connection.hangs.acquire();

        busy.countDown();
        CountDownLatch behind = new CountDownLatch(1);
        patient.execute(behind::countDown);
        await(behind);
        connection.reads();
        closer.join();

        assertThat(connection.bytes.toByteArray()).isEqualTo(Frames.close(4413, "slow"));
    }

    private void awaitWriters() {
        CountDownLatch reached = new CountDownLatch(1);
        writers.execute(reached::countDown);
        await(reached);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aCloseDuringAWriteDoesNotWaitAndItsFrameComesBehind() throws Exception {
        connection.doesNotRead();
        send("a");
        connection.hangs.acquire();

        transport.close(4413, "slow");
        assertThat(connection.bytes.toByteArray()).isEmpty();
        connection.reads();

        assertThat(end()).isSameAs(WRITTEN);
        assertThat(connection.flushed.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();
        assertThat(connection.writes).containsExactly("a by writer", CLOSE + " by writer");
    }

    @Test
    void aWriteThatFailsAfterACloseEndsTheConnection() throws Exception {
        connection.doesNotRead();
        send("a");
        connection.hangs.acquire();

        transport.close(4413, "slow");
        connection.isBroken();
        connection.reads();

        assertThat(end()).isInstanceOf(IOException.class);
        assertThat(connection.closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aConnectionThatIsToEndDuringAWriteEndsBehindIt() throws Exception {
        connection.doesNotRead();
        send("a");
        connection.hangs.acquire();

        transport.finish();
        assertThat(connection.closed.getCount()).isOne();
        connection.reads();

        assertThat(connection.closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anInstanceThatEndsWaitsAMomentForItsClientsAndThenEndsTheirConnections() throws Exception {
        Connection answering = new Connection();
        UpgradedTransport other = transport(answering);
        transport.close(1012, "restarting");
        other.close(1012, "restarting");
        other.clientEnded();
        assertThat(connection.closed.getCount()).isOne();

        threads.finishAll(0);

        assertThat(answering.closed.getCount()).isZero();
        assertThat(connection.closed.getCount()).isZero();
    }

    private void send(String... texts) {
        next = List.of(texts).stream().map(Encoded::of).toList();
        transport.begin(this::write);
    }

    private void ended(@Nullable Throwable failure) {
        ends.add(failure == null ? WRITTEN : failure);
    }

    private Object end() throws InterruptedException {
        Object end = ends.poll(10, TimeUnit.SECONDS);
        assertThat(end).as("an end within ten seconds").isNotNull();
        return end;
    }

    /** What the container gives, and a client that reads or does not. */
    private static final class Connection implements WebConnection {

        final List<String> writes = new CopyOnWriteArrayList<>();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final Semaphore hangs = new Semaphore(0);
        final Semaphore flushed = new Semaphore(0);
        final CountDownLatch closed = new CountDownLatch(1);
        final OutputStream out = new Out();
        private volatile CountDownLatch room = new CountDownLatch(0);
        private volatile boolean broken;

        void doesNotRead() {
            room = new CountDownLatch(1);
        }

        void reads() {
            room.countDown();
        }

        void isBroken() {
            broken = true;
        }

        @Override
        public ServletInputStream getInputStream() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ServletOutputStream getOutputStream() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            closed.countDown();
        }

        private final class Out extends OutputStream {

            private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();

            @Override
            public void write(int one) {
                waiting.write(one);
            }

            @Override
            public void write(byte[] some, int offset, int length) {
                waiting.write(some, offset, length);
            }

            @Override
            public void flush() throws IOException {
                if (room.getCount() > 0) {
                    hangs.release();
                }
                try {
                    room.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                if (broken) {
                    throw new IOException("broken");
                }
                byte[] now = waiting.toByteArray();
                waiting.reset();
                bytes.writeBytes(now);
                writes.add(names(now) + " by " + Thread.currentThread().getName());
                flushed.release();
            }

            private static String names(byte[] frames) {
                if ((frames[0] & 0xf) == 0x8) {
                    return CLOSE;
                }
                return new String(frames, StandardCharsets.ISO_8859_1)
                        .replaceAll("\u0081.", " ")
                        .strip();
            }
        }
    }
}
