package io.kulkul.core.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.admin.LineReader.Line;
import io.kulkul.core.protocol.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {

    private static final int MAX_BYTES = 20;

    @Test
    void linesEndAtLfOrCrLfOrWithTheStream() throws IOException {
        assertThat(read("a\nb\r\nc")).containsExactly(line(1, "a"), line(2, "b"), line(3, "c"));
    }

    @Test
    void aLastLineWithItsEndIsNotFollowedByAnother() throws IOException {
        assertThat(read("a\n")).containsExactly(line(1, "a"));
    }

    @Test
    void anEmptyStreamHasNoLine() throws IOException {
        assertThat(read("")).isEmpty();
    }

    @Test
    void blankLinesAreSkippedButCounted() throws IOException {
        assertThat(read("\n\r\n  \na\n\t\nb\n\n")).containsExactly(line(4, "a"), line(6, "b"));
    }

    @Test
    void aCharacterSplitBetweenTwoReadsStaysWhole() throws IOException {
        assertThat(readByteByByte("ä€😀\nö\n")).containsExactly(line(1, "ä€😀"), line(2, "ö"));
    }

    @Test
    void aLineOfExactlyTheLimitIsRead() throws IOException {
        String longest = "x".repeat(MAX_BYTES);

        assertThat(read(longest + "\r\n" + longest)).containsExactly(line(1, longest), line(2, longest));
    }

    @Test
    void aLongerLineIsReportedAndTheNextOneIsRead() throws IOException {
        assertThat(read("a\n" + "x".repeat(MAX_BYTES + 1) + "\nb"))
                .containsExactly(line(1, "a"), new Line(2, "", ErrorCode.LIMIT_MESSAGE_SIZE), line(3, "b"));
    }

    @Test
    void aLongLineThatHasCarriageReturnsInItIsReportedOnce() throws IOException {
        assertThat(read("\r".repeat(MAX_BYTES * 5) + "\nb"))
                .containsExactly(new Line(1, "", ErrorCode.LIMIT_MESSAGE_SIZE), line(2, "b"));
    }

    @Test
    void aHugeLineIsSkippedWithoutBeingHeld() throws IOException {
        long size = Integer.MAX_VALUE + 1L;

        LineReader reader = new LineReader(new Endless('x', size), 0, MAX_BYTES);

        assertThat(reader.next()).isEqualTo(new Line(1, "", ErrorCode.LIMIT_MESSAGE_SIZE));
        assertThat(reader.next()).isNull();
    }

    @Test
    void aLineThatIsNotUtf8IsReportedAndTheNextOneIsRead() throws IOException {
        byte[] text = {'a', (byte) 0xC3, '\n', 'b', '\n'};

        assertThat(all(new ByteArrayInputStream(text)))
                .containsExactly(new Line(1, "", ErrorCode.BAD_JSON), line(2, "b"));
    }

    @Test
    void theReplacementCharacterItselfIsText() throws IOException {
        assertThat(read("\uFFFD\n")).containsExactly(line(1, "\uFFFD"));
    }

    @Test
    void linesGivenBackComeAgain() throws IOException {
        LineReader reader = new LineReader(bytes("a\nb\nc"), 0, MAX_BYTES);
        List<Line> twoOfThem = List.of(reader.next(), reader.next());

        reader.giveBack(twoOfThem);

        assertThat(rest(reader)).containsExactly(line(1, "a"), line(2, "b"), line(3, "c"));
    }

    @Test
    void linesBeforeTheFirstAreCounted() throws IOException {
        assertThat(new LineReader(bytes("a"), 7, MAX_BYTES).next()).isEqualTo(line(8, "a"));
    }

    private static Line line(long number, String text) {
        return new Line(number, text, null);
    }

    private static List<Line> read(String text) throws IOException {
        return all(bytes(text));
    }

    private static List<Line> readByteByByte(String text) throws IOException {
        return all(new InputStream() {
            private final InputStream bytes = bytes(text);

            @Override
            public int read() throws IOException {
                return bytes.read();
            }

            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                return bytes.read(to, offset, 1);
            }
        });
    }

    private static List<Line> all(InputStream in) throws IOException {
        return rest(new LineReader(in, 0, MAX_BYTES));
    }

    private static List<Line> rest(LineReader reader) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (Line line = reader.next(); line != null; line = reader.next()) {
            lines.add(line);
        }
        return lines;
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** More bytes than fit into memory. */
    private static final class Endless extends InputStream {
        private final byte each;
        private long left;

        Endless(char each, long size) {
            this.each = (byte) each;
            this.left = size;
        }

        @Override
        public int read() {
            return left-- > 0 ? each : -1;
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(length, left);
            java.util.Arrays.fill(to, offset, offset + count, each);
            left -= count;
            return count;
        }
    }
}
