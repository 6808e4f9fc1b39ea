package io.kulkul.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.kulkul.core.connection.Transport;
import io.kulkul.core.connection.Writers;
import io.kulkul.core.eventlog.Encoded;
import io.kulkul.core.testkit.ManualTimer;
import io.kulkul.core.testkit.TestTime;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.WebConnection;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a write to an upgraded connection costs, in figures that do not depend on how fast the machine is: bytes allocated, frames made. */
class UpgradedCostTest {

    private static final int CLIENTS = 500;
    private static final int EVENTS = 200;

    /** Together with what {@code FanOutCostTest} allows for the rest of the way. */
    private static final int MAX_BYTES_PER_WRITE = 32;

    private final TestTime time = new TestTime();
    private final ManualTimer timer = new ManualTimer(time);
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
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
    private final PatientThreads patient = new PatientThreads(null, 1);
    private final UpgradeThreads upgraded = new UpgradeThreads(writers, patient, Runnable::run, timer, time::nanos);
    private final Sink sink = new Sink();
    private final List<Runnable> writes = new ArrayList<>();
    private volatile Encoded frame = Encoded.of("");

    @AfterEach
    void endThreads() {
        writers.stop();
        patient.stop();
    }

    @Test
    void aFrameIsMadeOnceForAllConnectionsAndAWriteAllocatesLittle() throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            UpgradedTransport transport = new UpgradedTransport(new NoConnection(), sink, upgraded);
            Transport.Done done = UpgradedCostTest::done;
            Runnable write = () -> transport.send(frame, done);
            writes.add(() -> transport.begin(write));
        }
        writeAll();
        sink.frames.clear();
        sink.count = 0;
        List<Encoded> frames = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            frames.add(Encoded.of("event " + i));
        }

        long before = allocated();
        for (Encoded each : frames) {
            frame = each;
            writeAll();
        }
        long after = allocated();

        assertThat(sink.count).isEqualTo(CLIENTS * EVENTS);
        assertThat(sink.frames).as("different arrays").hasSize(EVENTS);
        assertThat((after - before) / (double) (CLIENTS * EVENTS)).isLessThan(MAX_BYTES_PER_WRITE);
    }

    private static void done(@Nullable Throwable failure) {
        if (failure != null) {
            throw new AssertionError(failure);
        }
    }

    /** As the fan-out does: one task that adds the others. */
    private void writeAll() throws InterruptedException {
        writers.execute((Writers.ManyTasks) () -> writes.forEach(Runnable::run));
        for (int round = 0; round < 3; round++) {
            CountDownLatch reached = new CountDownLatch(1);
            writers.execute(reached::countDown);
            assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private long allocated() {
        ThreadMXBean beans = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.stream()
                .mapToLong(thread -> beans.getThreadAllocatedBytes(thread.getId()))
                .sum();
    }

    /** Used by the writers' only thread. */
    private static final class Sink extends OutputStream {

        final Set<byte[]> frames = Collections.newSetFromMap(new IdentityHashMap<>());
        int count;

        @Override
        public void write(int one) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] frame) {
            frames.add(frame);
            count++;
        }
    }

    private static final class NoConnection implements WebConnection {

        @Override
        public ServletInputStream getInputStream() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ServletOutputStream getOutputStream() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
