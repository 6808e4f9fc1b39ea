package io.kulkul.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.connection.Writers;
import io.kulkul.core.hub.Handshake;
import io.kulkul.core.testkit.ManualTimer;
import io.kulkul.core.testkit.TestHub;
import io.kulkul.core.testkit.TestTime;
import io.kulkul.core.testkit.Tokens;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.WebConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How often an upgraded connection is read, counted: a read costs more than a message, and a clock has no part in it. */
class UpgradedReadingTest {

    private static final int MESSAGES = 2000;
    private static final String PING = "{\"type\":\"ping\"}";

    private final TestTime time = new TestTime();
    private final ManualTimer timer = new ManualTimer(time);
    private final TestHub hub =
            TestHub.with().time(time).messagesPerSecond(1_000_000, 1_000_000).open();
    private final Writers writers = new Writers(noThread -> null, 1, 1, 60_000, timer);
    private final StringBuilder sent = new StringBuilder();
    private final UpgradeThreads threads =
            new UpgradeThreads(writers, Runnable::run, Runnable::run, timer, time::nanos);

    @AfterEach
    void end() {
        writers.stop();
    }

    @Test
    void whoSendsAllTheTimeIsReadOnceAnInterval() throws IOException {
        Wire wire = connect();

        wire.bringsAMessageEach(Duration.ofNanos(500_000));

        assertThat(pongs()).isEqualTo(MESSAGES);
        assertThat(wire.reads).isLessThan(MESSAGES / 2 + 2 * ReadPace.SAMPLE);
        assertThat(wire.longestWait).isLessThanOrEqualTo(Duration.ofMillis(1).toNanos());
    }

    @Test
    void whoSendsNowAndThenIsReadWhenItDoes() throws IOException {
        Wire wire = connect();

        wire.bringsAMessageEach(Duration.ofMillis(3));

        assertThat(pongs()).isEqualTo(MESSAGES);
        assertThat(wire.reads).isEqualTo(MESSAGES);
        assertThat(wire.longestWait).isZero();
    }

    @Test
    void asManyWaitAsThereAreProcessors() {
        UpgradedSessions[] sessions = new UpgradedSessions[1];
        int[] waiting = new int[1];
        sessions[0] = new UpgradedSessions(hub.hub(), threads, nanos -> {
            waiting[0]++;
            // As another thread would meanwhile.
            sessions[0].pause(nanos);
        });

        sessions[0].pause(1);

        assertThat(waiting[0]).isEqualTo(Runtime.getRuntime().availableProcessors());
        sessions[0].pause(1);
        assertThat(waiting[0]).isEqualTo(2 * Runtime.getRuntime().availableProcessors());
    }

    private void waits(long nanos) {
        time.advance(Duration.ofNanos(nanos));
    }

    private Wire connect() {
        Wire wire = new Wire();
        UpgradedConnection connection = new UpgradedConnection();
        connection.prepare(
                new UpgradedSessions(hub.hub(), threads, this::waits),
                new Handshake("", "kulkul.v1", null, Tokens.aTokenFor("a").signed(), List.of(), Map.of(), 0));
        connection.init(wire);
        return wire;
    }

    private int pongs() {
        return sent.toString().split("\"pong\"", -1).length - 1;
    }

    /** A client's line. A read brings what has come by then. */
    private final class Wire extends ServletInputStream implements WebConnection {

        private final byte[] message = masked(PING);
        private @Nullable ReadListener listener;
        private long began;
        private long apart;
        private int taken;
        private int reads;
        private long longestWait;

        void bringsAMessageEach(Duration interval) throws IOException {
            ReadListener told = listener;
            assertThat(told).isNotNull();
            began = time.nanos();
            apart = interval.toNanos();
            while (told != null && taken < MESSAGES) {
                time.advance(Duration.ofNanos(Math.max(0, due(taken) - time.nanos())));
                told.onDataAvailable();
            }
        }

        private long due(int index) {
            return began + apart * index;
        }

        @Override
        public boolean isReady() {
            return taken < MESSAGES && due(taken) <= time.nanos();
        }

        @Override
        public int read(byte[] to, int offset, int max) {
            reads++;
            longestWait = Math.max(longestWait, time.nanos() - due(taken));
            int length = 0;
            while (isReady()) {
                System.arraycopy(message, 0, to, offset + length, message.length);
                length += message.length;
                taken++;
            }
            return length;
        }

        @Override
        public void setReadListener(ReadListener told) {
            listener = told;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isFinished() {
            return false;
        }

        @Override
        public ServletInputStream getInputStream() {
            return this;
        }

        @Override
        public ServletOutputStream getOutputStream() {
            return new Sink();
        }
    }

    private final class Sink extends ServletOutputStream {

        @Override
        public void write(byte[] bytes, int offset, int length) {
            sent.append(new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void write(int one) {
            sent.append((char) one);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener writeListener) {
            throw new UnsupportedOperationException();
        }
    }

    /** A text in a frame of a client, whose mask changes nothing (RFC 6455, section 5.3). */
    private static byte[] masked(String text) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(0x81);
        frame.write(0x80 | text.length());
        frame.writeBytes(new byte[4]);
        frame.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        return frame.toByteArray();
    }
}
