package io.kulkul.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes apart what a WebSocket server sends (RFC 6455, section 5), without copying a message that came in one frame.
 *
 * <p>Confined to the thread that reads the connection.
 */
final class FrameReader {

    /** The longest frame that is accepted. */
    static final int MAX_FRAME = 16 * 1024 * 1024;

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final byte[] NOTHING = {};

    private byte[] begun = NOTHING;
    private int begunLength;
    private boolean continuing;

    /** Hears what came. The array is the reader's: only from {@code from} to {@code to}, only during the call. */
    interface Handler {

        void message(byte[] bytes, int from, int to);

        void ping(byte[] bytes, int from, int to);

        /** The server closes. */
        void close(int code, String reason);
    }

    /**
     * Reads all whole frames.
     *
     * @return where the first frame begins that is not whole; {@code to} where there is none
     * @throws FrameException where the server breaks the protocol
     */
    int read(byte[] bytes, int from, int to, Handler handler) throws FrameException {
        int at = from;
        while (true) {
            int header = headerLength(bytes, at, to);
            if (header > to - at) {
                return at;
            }
            long length = length(bytes, at);
            if (length > MAX_FRAME) {
                throw new FrameException("a frame of " + length + " bytes");
            }
            int payload = at + header;
            if (length > to - payload) {
                return at;
            }
            frame(bytes[at], bytes, payload, payload + (int) length, handler);
            at = payload + (int) length;
        }
    }

    /** At least 2, and exact where so many bytes are there. */
    private static int headerLength(byte[] bytes, int at, int to) throws FrameException {
        if (to - at < 2) {
            return 2;
        }
        if ((bytes[at + 1] & 0x80) != 0) {
            throw new FrameException("a masked frame");
        }
        return switch (bytes[at + 1] & 0x7f) {
            case 126 -> 4;
            case 127 -> 10;
            default -> 2;
        };
    }

    private static long length(byte[] bytes, int at) throws FrameException {
        int length = bytes[at + 1] & 0x7f;
        return switch (length) {
            case 126 -> number(bytes, at + 2, 2);
            case 127 -> number(bytes, at + 2, 8);
            default -> length;
        };
    }

    private static long number(byte[] bytes, int at, int count) throws FrameException {
        long number = 0;
        for (int i = at; i < at + count; i++) {
            number = number << 8 | (bytes[i] & 0xff);
        }
        if (number < 0) {
            throw new FrameException("a frame of a negative length");
        }
        return number;
    }

    private void frame(int first, byte[] bytes, int from, int to, Handler handler) throws FrameException {
        boolean last = (first & 0x80) != 0;
        if ((first & 0x70) != 0) {
            throw new FrameException("a frame of an extension that was not negotiated");
        }
        switch (first & 0x0f) {
            case TEXT, BINARY -> begin(last, bytes, from, to, handler);
            case CONTINUATION -> resume(last, bytes, from, to, handler);
            case PING -> handler.ping(bytes, from, to);
            case PONG -> {
                // The generator sends no ping, but a server may say unasked that it is there.
            }
            case CLOSE ->
                handler.close(
                        to - from < 2 ? 1005 : (int) number(bytes, from, 2),
                        to - from < 2 ? "" : new String(bytes, from + 2, to - from - 2, StandardCharsets.UTF_8));
            default -> throw new FrameException("a frame with the unknown opcode " + (first & 0x0f));
        }
    }

    private void begin(boolean last, byte[] bytes, int from, int to, Handler handler) throws FrameException {
        if (continuing) {
            throw new FrameException("a new message within another one");
        }
        if (last) {
            handler.message(bytes, from, to);
        } else {
            continuing = true;
            begunLength = 0;
            append(bytes, from, to);
        }
    }

    private void resume(boolean last, byte[] bytes, int from, int to, Handler handler) throws FrameException {
        if (!continuing) {
            throw new FrameException("a continuation of no message");
        }
        append(bytes, from, to);
        if (last) {
            continuing = false;
            handler.message(begun, 0, begunLength);
            begun = NOTHING;
        }
    }

    private void append(byte[] bytes, int from, int to) throws FrameException {
        if (begunLength + (to - from) > MAX_FRAME) {
            throw new FrameException("a message of more than " + MAX_FRAME + " bytes");
        }
        begun = Arrays.copyOf(begun, begunLength + (to - from));
        System.arraycopy(bytes, from, begun, begunLength, to - from);
        begunLength = begun.length;
    }
}
