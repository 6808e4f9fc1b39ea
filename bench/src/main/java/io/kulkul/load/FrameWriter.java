package io.kulkul.load;

import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;

/** Makes the frames that a WebSocket client sends: whole and masked (RFC 6455, sections 5.2 and 5.3). */
final class FrameWriter {

    static final int TEXT = 1;
    static final int CLOSE = 8;
    static final int PONG = 10;

    /** The most that a frame is longer than what it carries. */
    static final int MAX_HEADER = 14;

    private FrameWriter() {}

    /** Puts a frame of these bytes into the buffer, which has room for it. */
    static void put(ByteBuffer into, int opcode, byte[] bytes, int from, int to) {
        int length = to - from;
        into.put((byte) (0x80 | opcode));
        if (length < 126) {
            into.put((byte) (0x80 | length));
        } else if (length < 65_536) {
            into.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            into.put((byte) (0x80 | 127)).putLong(length);
        }
        int mask = ThreadLocalRandom.current().nextInt();
        into.putInt(mask);
        for (int i = 0; i < length; i++) {
            into.put((byte) (bytes[from + i] ^ (mask >>> (24 - 8 * (i & 3)))));
        }
    }

    /** A frame of these bytes, ready to be written. */
    static ByteBuffer frame(int opcode, byte[] bytes, int from, int to) {
        ByteBuffer frame = ByteBuffer.allocate(MAX_HEADER + to - from);
        put(frame, opcode, bytes, from, to);
        return frame.flip();
    }
}
