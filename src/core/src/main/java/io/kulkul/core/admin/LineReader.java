package io.kulkul.core.admin;

import io.kulkul.core.protocol.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of UTF-8 one by one, however many there are, and never holds more than one of them.
 *
 * <p>A line ends at LF or CR LF or with the stream. One that is too long is skipped as it comes in, and reported. Confined to one thread.
 */
final class LineReader {

    private final InputStream in;
    private final int maxBytes;
    private final byte[] buffer = new byte[16_384];
    private final Deque<Line> again = new ArrayDeque<>();
    private byte[] line = new byte[1024];
    private int lineLength;
    private int position;
    private int limit;
    private long number;

    /**
     * Reads from the stream's present position.
     *
     * @param linesBefore how many lines of the stream are already behind that position
     * @param maxBytes the longest line, without its end
     */
    LineReader(InputStream in, long linesBefore, int maxBytes) {
        this.in = in;
        this.number = linesBefore;
        this.maxBytes = maxBytes;
    }

    /** The next line that is not blank; null at the end of the stream. */
    @Nullable
    Line next() throws IOException {
        Line next = again.poll();
        while (next == null || next.blank()) {
            if (!readLine()) {
                return null;
            }
            number++;
            next = lineRead();
        }
        return next;
    }

    /** Gives lines back: they are the next ones, in this order. Called when nothing given back before is left. */
    void giveBack(List<Line> lines) {
        again.addAll(lines);
    }

    /** Reads until the line's end; false where there is no further line. */
    private boolean readLine() throws IOException {
        lineLength = 0;
        while (true) {
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            keep(position, end);
            boolean ended = end < limit;
            position = ended ? end + 1 : end;
            if (ended) {
                return true;
            }
            limit = in.read(buffer, 0, buffer.length);
            position = 0;
            if (limit < 0) {
                limit = 0;
                return lineLength > 0;
            }
        }
    }

    /** Keeps these bytes of the buffer, up to two more than a line may have: its CR, and one that tells that it is too long. */
    private void keep(int from, int to) {
        int count = Math.min(to - from, maxBytes + 2 - lineLength);
        if (lineLength + count > line.length) {
            line = Arrays.copyOf(line, Math.min(Math.max(lineLength + count, line.length * 2), maxBytes + 2));
        }
        System.arraycopy(buffer, from, line, lineLength, count);
        lineLength += count;
    }

    private Line lineRead() {
        int length = lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
        if (length > maxBytes) {
            return new Line(number, "", ErrorCode.LIMIT_MESSAGE_SIZE);
        }
        String text = new String(line, 0, length, StandardCharsets.UTF_8);
        // The replacement character stands for what is not UTF-8, or for itself.
        if (text.indexOf('\uFFFD') >= 0 && !isUtf8(length)) {
            return new Line(number, "", ErrorCode.BAD_JSON);
        }
        return new Line(number, text, null);
    }

    private boolean isUtf8(int length) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line, 0, length));
            return true;
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
    }

    /**
     * One line.
     *
     * @param number counted from 1
     * @param text without the line's end; empty where {@code wrong} is given
     * @param wrong why there is no text: {@code LIMIT_MESSAGE_SIZE}, or {@code BAD_JSON} for what is not UTF-8; else null
     */
    record Line(long number, String text, @Nullable ErrorCode wrong) {

        boolean blank() {
            return wrong == null && text.isBlank();
        }
    }
}
