package io.kulkul.core.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Frames of a server: whole messages in one frame, not masked (RFC 6455, sections 5.1 and 5.2). */
public final class Frames {

    static final int FINAL = 0x80;
    static final int MASKED = 0x80;

    /** What a length byte says where the length is in the two, or the eight, bytes behind it. */
    static final int LENGTH_16 = 126;

    static final int LENGTH_64 = 127;

    /** The longest payload of a control frame, of which a close frame's code takes two (section 5.5). */
    static final int MAX_CONTROL = 125;

    private static final int MAX_16 = 0xffff;
    private static final int CODE_BYTES = 2;

    private Frames() {}

    /** A text message. */
    public static byte[] text(String text) {
        return frame(Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The frame of a text message, without the text: its last bytes are for that.
     *
     * @param length the text's, in bytes of UTF-8
     */
    public static byte[] textOf(int length) {
        return header(Opcode.TEXT, length).array();
    }

    /** A ping without a payload. */
    public static byte[] ping() {
        return frame(Opcode.PING, new byte[0]);
    }

    /**
     * The answer to a ping.
     *
     * @param payload the ping's
     */
    public static byte[] pong(byte[] payload) {
        return frame(Opcode.PONG, payload);
    }

    /**
     * A close frame.
     *
     * @param code 1005, which is never on the wire, for one without a code (section 7.4.1)
     * @param reason at most 123 bytes in UTF-8
     * @throws IllegalArgumentException where the reason is longer
     */
    public static byte[] close(int code, String reason) {
        if (code == Opcode.NO_CODE) {
            return frame(Opcode.CLOSE, new byte[0]);
        }
        byte[] why = reason.getBytes(StandardCharsets.UTF_8);
        if (why.length + CODE_BYTES > MAX_CONTROL) {
            throw new IllegalArgumentException("a reason of " + why.length + " bytes");
        }
        byte[] payload = ByteBuffer.allocate(CODE_BYTES + why.length)
                .putShort((short) code)
                .put(why)
                .array();
        return frame(Opcode.CLOSE, payload);
    }

    private static byte[] frame(int opcode, byte[] payload) {
        return header(opcode, payload.length).put(payload).array();
    }

    /** A frame as far as the payload's beginning. */
    private static ByteBuffer header(int opcode, int length) {
        int header = length < LENGTH_16 ? 2 : length <= MAX_16 ? 2 + Short.BYTES : 2 + Long.BYTES;
        ByteBuffer frame = ByteBuffer.allocate(header + length).put((byte) (FINAL | opcode));
        if (length < LENGTH_16) {
            frame.put((byte) length);
        } else if (length <= MAX_16) {
            frame.put((byte) LENGTH_16).putShort((short) length);
        } else {
            frame.put((byte) LENGTH_64).putLong(length);
        }
        return frame;
    }
}
