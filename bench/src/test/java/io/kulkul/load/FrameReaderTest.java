package io.kulkul.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 6455, section 5, as a client reads it. */
class FrameReaderTest {

    private final FrameReader reader = new FrameReader();
    private final Heard heard = new Heard();

    @Test
    void aFrameIsAMessage() throws Exception {
        read(frame(0x81, "hello"));

        assertThat(heard.all).containsExactly("message hello");
    }

    @Test
    void framesInOneReadAreAllRead() throws Exception {
        read(together(frame(0x81, "one"), frame(0x81, ""), frame(0x82, "two")));

        assertThat(heard.all).containsExactly("message one", "message ", "message two");
    }

    @Test
    void lengthsOfTwoAndEightBytesAreRead() throws Exception {
        String medium = "m".repeat(126);
        String large = "l".repeat(70_000);

        read(together(frame(0x81, medium), frame(0x81, large)));

        assertThat(heard.all).containsExactly("message " + medium, "message " + large);
    }

    @Test
    void aFrameMayComeInAnyPieces() throws Exception {
        byte[] all = together(frame(0x81, "x".repeat(300)), frame(0x89, "ping"), frame(0x81, "end"));
        for (int piece = 1; piece <= all.length; piece++) {
            heard.all.clear();
            byte[] rest = {};
            for (int from = 0; from < all.length; from += piece) {
                byte[] now = together(rest, Arrays.copyOfRange(all, from, Math.min(all.length, from + piece)));
                int read = reader.read(now, 0, now.length, heard);
                rest = Arrays.copyOfRange(now, read, now.length);
            }
            assertThat(rest).isEmpty();
            assertThat(heard.all).containsExactly("message " + "x".repeat(300), "ping ping", "message end");
        }
    }

    @Test
    void fragmentsAreJoinedAroundAPing() throws Exception {
        read(together(frame(0x01, "a"), frame(0x89, "?"), frame(0x00, "b"), frame(0x80, "c")));

        assertThat(heard.all).containsExactly("ping ?", "message abc");
    }

    @Test
    void aCloseTellsItsCodeAndReason() throws Exception {
        read(together(new byte[] {(byte) 0x88, 6, 0x11, 0x3d}, "slow".getBytes(UTF_8)));

        assertThat(heard.all).containsExactly("close 4413 slow");
    }

    @Test
    void aCloseWithoutACodeIs1005() throws Exception {
        read(new byte[] {(byte) 0x88, 0});

        assertThat(heard.all).containsExactly("close 1005 ");
    }

    @Test
    void aPongIsNotHeard() throws Exception {
        read(frame(0x8a, "there"));

        assertThat(heard.all).isEmpty();
    }

    @Test
    void whatBreaksTheProtocolIsRefused() {
        assertRefused("masked", (byte) 0x81, (byte) 0x80);
        assertRefused("extension", (byte) 0xc1, (byte) 0);
        assertRefused("opcode 3", (byte) 0x83, (byte) 0);
        assertRefused("no message", (byte) 0x80, (byte) 0);
        assertRefused("within another", (byte) 0x01, (byte) 0, (byte) 0x81, (byte) 0);
        assertRefused(
                "negative",
                (byte) 0x81,
                (byte) 127,
                (byte) 0xff,
                (byte) 0,
                (byte) 0,
                (byte) 0,
                (byte) 0,
                (byte) 0,
                (byte) 0,
                (byte) 0);
        assertRefused(
                "16777217 bytes",
                (byte) 0x81,
                (byte) 127,
                (byte) 0,
                (byte) 0,
                (byte) 0,
                (byte) 0,
                (byte) 1,
                (byte) 0,
                (byte) 0,
                (byte) 1);
    }

    private static void assertRefused(String why, byte... bytes) {
        assertThatThrownBy(() -> new FrameReader().read(bytes, 0, bytes.length, new Heard()))
                .isInstanceOf(FrameException.class)
                .hasMessageContaining(why);
    }

    @Test
    void whatTheWriterMakesIsMaskedAndReadableByAServer() {
        byte[] text = "some text that is longer than a mask".getBytes(UTF_8);

        ByteBuffer frame = FrameWriter.frame(FrameWriter.TEXT, text, 0, text.length);

        assertThat(frame.get()).isEqualTo((byte) 0x81);
        assertThat(frame.get()).isEqualTo((byte) (0x80 | text.length));
        byte[] mask = new byte[4];
        frame.get(mask);
        byte[] unmasked = new byte[frame.remaining()];
        for (int i = 0; i < unmasked.length; i++) {
            unmasked[i] = (byte) (frame.get() ^ mask[i % 4]);
        }
        assertThat(unmasked).isEqualTo(text);
    }

    @Test
    void theAcceptOfTheStandardsExampleIsRight() {
        assertThat(Upgrade.accept("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    private void read(byte[] bytes) throws FrameException {
        assertThat(reader.read(bytes, 0, bytes.length, heard)).isEqualTo(bytes.length);
    }

    private static byte[] frame(int first, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(bytes.length + 10).put((byte) first);
        if (bytes.length < 126) {
            frame.put((byte) bytes.length);
        } else if (bytes.length < 65_536) {
            frame.put((byte) 126).putShort((short) bytes.length);
        } else {
            frame.put((byte) 127).putLong(bytes.length);
        }
        frame.put(bytes);
        return Arrays.copyOf(frame.array(), frame.position());
    }

    private static byte[] together(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static final class Heard implements FrameReader.Handler {

        private final List<String> all = new ArrayList<>();

        @Override
        public void message(byte[] bytes, int from, int to) {
            all.add("message " + new String(bytes, from, to - from, UTF_8));
        }

        @Override
        public void ping(byte[] bytes, int from, int to) {
            all.add("ping " + new String(bytes, from, to - from, UTF_8));
        }

        @Override
        public void close(int code, String reason) {
            all.add("close " + code + " " + reason);
        }
    }
}
