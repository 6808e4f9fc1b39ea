package io.kulkul.core.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
    private static final int FINAL = 0x80;
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xa;
    private static final int LIMIT = 70_000;

    private final List<String> told = new ArrayList<>();
    private final FrameReader reader = new FrameReader(LIMIT, new Recorder(told));

    @Test
    void theMaskedTextOfRfc6455() {
        take(bytes(0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58));

        assertThat(told).containsExactly("text Hello");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, LIMIT})
    void textsOfEveryKindOfLength(int length) {
        take(frame(FINAL | TEXT, "x".repeat(length)));

        assertThat(told).containsExactly("text " + "x".repeat(length));
    }

    @Test
    void bytesMayBeCutAnywhere() {
        byte[] all = join(
                frame(TEXT, "gr"),
                frame(FINAL | PING, "here?"),
                frame(0, "ü".getBytes(StandardCharsets.UTF_8)),
                frame(FINAL, "n"),
                frame(FINAL | BINARY, "b".repeat(200)),
                frame(FINAL | PONG, ""),
                frame(FINAL | TEXT, ""),
                frame(FINAL | CLOSE, closing(1000, "bye")));
        List<String> expected = List.of("ping here?", "text grün", "binary", "pong", "text ", "close 1000");

        for (int cut = 1; cut < all.length; cut++) {
            List<String> each = new ArrayList<>();
            FrameReader cutReader = new FrameReader(LIMIT, new Recorder(each));
            byte[] copy = all.clone();
            cutReader.take(copy, 0, cut);
            cutReader.take(copy, cut, copy.length - cut);
            assertThat(each).as("cut at %d", cut).isEqualTo(expected);
        }
        for (byte one : all) {
            take(new byte[] {one});
        }
        assertThat(told).isEqualTo(expected);
    }

    @Test
    void aCharacterMayBeCutByAFragment() {
        take(frame(TEXT, new byte[] {'"', (byte) 0xc3}), frame(FINAL, new byte[] {(byte) 0xbc, '"'}));

        assertThat(told).containsExactly("text \"ü\"");
    }

    @Test
    void fragmentsWithoutContentAreNoMessagesOfTheirOwn() {
        take(frame(TEXT, ""), frame(0, ""), frame(0, "a"), frame(FINAL, ""), frame(FINAL | TEXT, "b"));

        assertThat(told).containsExactly("text a", "text b");
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                arguments("a reserved bit", frame(FINAL | 0x40 | TEXT, "a")),
                arguments("a reserved opcode", frame(FINAL | 0x3, "a")),
                arguments("a reserved control opcode", frame(FINAL | 0xb, "a")),
                arguments("no mask", bytes(FINAL | TEXT, 1, 'a')),
                arguments("no mask, nothing in it", bytes(FINAL | TEXT, 0)),
                arguments("a ping in fragments", frame(PING, "a")),
                arguments("a ping that is too long", frame(FINAL | PING, "a".repeat(126))),
                arguments("a continuation of nothing", frame(FINAL, "a")),
                arguments("a message within another", join(frame(TEXT, "a"), frame(FINAL | TEXT, "b"))),
                arguments("a length of 125 in two bytes", bytes(FINAL | TEXT, 0xfe, 0, 125, 0, 0, 0, 0)),
                arguments(
                        "a length of 65,535 in eight bytes",
                        bytes(FINAL | TEXT, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0)),
                arguments("a negative length", bytes(FINAL | TEXT, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
                arguments("a close frame with half a code", frame(FINAL | CLOSE, "a")),
                arguments("a code that is for no frame", frame(FINAL | CLOSE, closing(1006, ""))),
                arguments("a code that is nobody's", frame(FINAL | CLOSE, closing(999, ""))),
                arguments("a code that is reserved", frame(FINAL | CLOSE, closing(2999, ""))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void whatIsAgainstTheProtocolIsSaidOnceAndNothingIsReadAfterIt(String name, byte[] fault) {
        take(fault, frame(FINAL | TEXT, "more"));

        assertThat(told).containsExactly("broken 1002");
    }

    @Test
    void aHeaderThatIsWrongFromTheFirstBytesNeedNotBeWhole() {
        take(bytes(0xff, 0xff));

        assertThat(told).containsExactly("broken 1002");
    }

    static Stream<byte[]> noUtf8() {
        return Stream.of(
                new byte[] {(byte) 0xc3},
                new byte[] {'a', (byte) 0xff, 'b'},
                new byte[] {(byte) 0xc0, (byte) 0x80},
                new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80});
    }

    @ParameterizedTest
    @MethodSource("noUtf8")
    void aTextThatIsNotUtf8IsNoText(byte[] text) {
        take(frame(FINAL | TEXT, text), frame(FINAL | TEXT, "more"));

        assertThat(told).containsExactly("broken 1007");
    }

    @Test
    void aReasonThatIsNotUtf8IsNone() {
        take(frame(FINAL | CLOSE, new byte[] {0x03, (byte) 0xe8, (byte) 0xff}));

        assertThat(told).containsExactly("broken 1007");
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1003, 1007, 1014, 3000, 4413, 4999})
    void codesThatAClientMaySend(int code) {
        take(frame(FINAL | CLOSE, closing(code, "")), frame(FINAL | TEXT, "more"));

        assertThat(told).containsExactly("close " + code);
    }

    @Test
    void aCloseFrameMayHaveNoCode() {
        take(frame(FINAL | CLOSE, ""));

        assertThat(told).containsExactly("close 1005");
    }

    @Test
    void aMessageAboveTheLimitIsSaidWithItsHeaderAndControlFramesAreStillRead() {
        byte[] tooBig = frame(FINAL | TEXT, "x".repeat(LIMIT + 1));
        reader.take(tooBig, 0, 14);
        assertThat(told).containsExactly("too big");

        reader.take(tooBig, 14, tooBig.length - 14);
        take(frame(FINAL | TEXT, "more"), frame(FINAL | PING, "p"), frame(FINAL | CLOSE, closing(1009, "")));

        assertThat(told).containsExactly("too big", "ping p", "close 1009");
    }

    @Test
    void fragmentsTogetherAreHeldAgainstTheLimit() {
        String half = "x".repeat(LIMIT / 2 + 1);
        take(frame(TEXT, half), frame(0, half), frame(FINAL, half), frame(FINAL | BINARY, "b"));

        assertThat(told).containsExactly("too big");
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 32, Long.MAX_VALUE})
    void announcingGigabytesCostsNothing(long length) {
        take(ByteBuffer.allocate(14)
                .put((byte) (FINAL | BINARY))
                .put((byte) 0xff)
                .putLong(length)
                .putInt(0)
                .array());

        assertThat(told).containsExactly("too big");
    }

    private void take(byte[]... parts) {
        for (byte[] part : parts) {
            byte[] copy = part.clone();
            reader.take(copy, 0, copy.length);
        }
    }

    private static byte[] closing(int code, String reason) {
        byte[] why = reason.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + why.length)
                .putShort((short) code)
                .put(why)
                .array();
    }

    private static byte[] frame(int first, String payload) {
        return frame(first, payload.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] frame(int first, byte[] payload) {
        byte[] mask = {0x12, (byte) 0xf4, 0x56, 0x78};
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65_536) {
            frame.put((byte) 0xfe).putShort((short) payload.length);
        } else {
            frame.put((byte) 0xff).putLong(payload.length);
        }
        frame.put(mask);
        for (int at = 0; at < payload.length; at++) {
            frame.put((byte) (payload[at] ^ mask[at % 4]));
        }
        byte[] bytes = new byte[frame.flip().remaining()];
        frame.get(bytes);
        return bytes;
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int at = 0; at < values.length; at++) {
            bytes[at] = (byte) values[at];
        }
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private record Recorder(List<String> told) implements FrameReader.Receiver {
        @Override
        public void text(String text) {
            told.add("text " + text);
        }

        @Override
        public void binary() {
            told.add("binary");
        }

        @Override
        public void tooBig() {
            told.add("too big");
        }

        @Override
        public void ping(byte[] payload) {
            told.add("ping " + new String(payload, StandardCharsets.UTF_8));
        }

        @Override
        public void pong() {
            told.add("pong");
        }

        @Override
        public void close(int code) {
            told.add("close " + code);
        }

        @Override
        public void broken(int code, String reason) {
            told.add("broken " + code);
        }
    }
}
