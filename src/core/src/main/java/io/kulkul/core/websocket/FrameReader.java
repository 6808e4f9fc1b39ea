package io.kulkul.core.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a client's frames (RFC 6455, section 5) out of bytes, however they are cut.
 *
 * <p>What is no frame is said once, by {@link Receiver#broken}, and nothing is read after that, nor behind a close frame. Of a message that
 * is too big nothing is kept: it is said while it comes, by {@link Receiver#tooBig}, and data that follows is skipped, control frames are
 * not. A message in one frame that came whole is not copied; no buffer is kept between messages.
 *
 * <p>Confined to the thread that receives.
 */
public final class FrameReader {

    private static final int RESERVED_BITS = 0x70;
    private static final int OPCODE_BITS = 0x0f;
    private static final int LENGTH_BITS = 0x7f;
    private static final int MASK_BYTES = 4;
    private static final int MAX_HEADER = 2 + Long.BYTES + MASK_BYTES;
    private static final int CODE_BYTES = 2;
    private static final byte[] NOTHING = new byte[0];

    private final int maxMessageBytes;
    private final Receiver receiver;
    private final byte[] header = new byte[MAX_HEADER];

    /** How many bytes of a header have come; all of them while a payload is being read. */
    private int headerBytes;

    private boolean inPayload;
    private int opcode;
    private boolean last;

    /** How many bytes of the payload have not come, and where its mask is in the header. */
    private long missing;

    private int mask;
    private int masked;

    /** The kind of the message that is in fragments; {@code CONTINUATION} where none is. */
    private int fragmented = Opcode.CONTINUATION;

    /** What has come of the message, where it did not come whole, and how much. */
    private byte[] message = NOTHING;

    private int messageBytes;

    /** The same of a control frame, which may come between a message's fragments. */
    private byte[] control = NOTHING;

    private int controlBytes;
    private boolean tooBig;
    private boolean over;

    /**
     * Begins before the first frame.
     *
     * @param maxMessageBytes how long a message may be, in bytes
     * @param receiver is told of what comes, on the thread that gives the bytes
     */
    public FrameReader(int maxMessageBytes, Receiver receiver) {
        this.maxMessageBytes = maxMessageBytes;
        this.receiver = receiver;
    }

    /**
     * Reads bytes. They may be changed by it, and are not kept.
     *
     * @param length may be 0
     */
    public void take(byte[] bytes, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at < end && !over) {
            at = inPayload ? payload(bytes, at, end) : header(bytes, at, end);
        }
    }

    private int header(byte[] bytes, int offset, int end) {
        int at = offset;
        while (at < end && headerBytes < headerLength()) {
            header[headerBytes++] = bytes[at++];
            if (headerBytes == 2 && !isSound(fault())) {
                return at;
            }
        }
        if (headerBytes == headerLength()) {
            begin();
        }
        return at;
    }

    private boolean isSound(@Nullable String fault) {
        if (fault != null) {
            broken(Opcode.PROTOCOL_ERROR, fault);
        }
        return fault == null;
    }

    /** As far as it is known from what has come of it. */
    private int headerLength() {
        if (headerBytes < 2) {
            return 2;
        }
        int shortLength = header[1] & LENGTH_BITS;
        int extended = shortLength == Frames.LENGTH_64 ? Long.BYTES : shortLength == Frames.LENGTH_16 ? Short.BYTES : 0;
        return 2 + extended + ((header[1] & Frames.MASKED) == 0 ? 0 : MASK_BYTES);
    }

    /** The header is whole. */
    private void begin() {
        missing = payloadLength();
        mask = headerBytes - MASK_BYTES;
        masked = 0;
        if (!isSound(isShortest() ? null : "a length is not well formed")) {
            return;
        }
        if (!Opcode.isControl(opcode)) {
            fragmented = opcode == Opcode.CONTINUATION ? fragmented : opcode;
            if (!tooBig && missing > maxMessageBytes - messageBytes) {
                tooBig = true;
                message = NOTHING;
                receiver.tooBig();
            }
        }
        inPayload = true;
        if (missing == 0) {
            complete(NOTHING, 0, 0);
        }
    }

    private long payloadLength() {
        int shortLength = header[1] & LENGTH_BITS;
        ByteBuffer extended = ByteBuffer.wrap(header, 2, MAX_HEADER - 2);
        return switch (shortLength) {
            case Frames.LENGTH_16 -> extended.getShort() & 0xffff;
            case Frames.LENGTH_64 -> extended.getLong();
            default -> shortLength;
        };
    }

    /** What is wrong with the first two bytes: the rest of such a header need not come. */
    private @Nullable String fault() {
        opcode = header[0] & OPCODE_BITS;
        last = (header[0] & Frames.FINAL) != 0;
        if ((header[0] & RESERVED_BITS) != 0) {
            return "a reserved bit is set";
        } else if (!Opcode.isKnown(opcode)) {
            return "a reserved opcode";
        } else if ((header[1] & Frames.MASKED) == 0) {
            return "a frame is not masked";
        } else if (Opcode.isControl(opcode)) {
            boolean fits = (header[1] & LENGTH_BITS) <= Frames.MAX_CONTROL;
            return last && fits ? null : "a control frame is in fragments or too long";
        } else if ((opcode == Opcode.CONTINUATION) == (fragmented == Opcode.CONTINUATION)) {
            return opcode == Opcode.CONTINUATION ? "nothing is to be continued" : "a message is within another one";
        }
        return null;
    }

    /** Section 5.2: the minimal number of bytes must be used to encode the length, and its most significant bit must be 0. */
    private boolean isShortest() {
        return switch (header[1] & LENGTH_BITS) {
            case Frames.LENGTH_16 -> missing >= Frames.LENGTH_16;
            case Frames.LENGTH_64 -> missing > 0xffff;
            default -> true;
        };
    }

    private int payload(byte[] bytes, int offset, int end) {
        int length = (int) Math.min(missing, end - offset);
        unmask(bytes, offset, length);
        missing -= length;
        boolean kept = Opcode.isControl(opcode) ? controlBytes > 0 : messageBytes > 0;
        if (missing == 0 && !kept) {
            complete(bytes, offset, length);
        } else {
            keep(bytes, offset, length);
            if (missing == 0) {
                complete(NOTHING, 0, 0);
            }
        }
        return offset + length;
    }

    private void unmask(byte[] bytes, int offset, int length) {
        int key = masked;
        for (int at = offset; at < offset + length; at++) {
            bytes[at] ^= header[mask + (key++ & 3)];
        }
        masked = key & 3;
    }

    private void keep(byte[] bytes, int offset, int length) {
        if (Opcode.isControl(opcode)) {
            control = room(control, controlBytes, length, Frames.MAX_CONTROL);
            System.arraycopy(bytes, offset, control, controlBytes, length);
            controlBytes += length;
        } else if (!tooBig) {
            message = room(message, messageBytes, length, maxMessageBytes);
            System.arraycopy(bytes, offset, message, messageBytes, length);
            messageBytes += length;
        }
    }

    /** By what has come, not by what was announced: an announcement costs a client nothing. */
    private static byte[] room(byte[] kept, int used, int more, int most) {
        int needed = used + more;
        return needed <= kept.length
                ? kept
                : Arrays.copyOf(kept, (int) Math.min(most, Math.max(needed, 2L * kept.length)));
    }

    /** A frame's payload is whole: these bytes, where nothing of it was kept. */
    private void complete(byte[] bytes, int offset, int length) {
        inPayload = false;
        headerBytes = 0;
        if (Opcode.isControl(opcode)) {
            byte[] payload = controlBytes > 0
                    ? Arrays.copyOf(control, controlBytes)
                    : Arrays.copyOfRange(bytes, offset, offset + length);
            control = NOTHING;
            controlBytes = 0;
            control(payload);
        } else if (!last) {
            keep(bytes, offset, length);
        } else if (messageBytes > 0) {
            // A last fragment that is empty, or one that was kept.
            keep(bytes, offset, length);
            data(message, 0, messageBytes);
        } else {
            data(bytes, offset, length);
        }
    }

    private void control(byte[] payload) {
        switch (opcode) {
            case Opcode.PING -> receiver.ping(payload);
            case Opcode.PONG -> receiver.pong();
            default -> close(payload);
        }
    }

    private void close(byte[] payload) {
        if (payload.length == 0) {
            over = true;
            receiver.close(Opcode.NO_CODE);
            return;
        }
        int code = payload.length < CODE_BYTES ? 0 : ByteBuffer.wrap(payload).getShort() & 0xffff;
        if (!Opcode.mayBeSent(code)) {
            broken(Opcode.PROTOCOL_ERROR, "a close frame without a valid code");
        } else if (text(payload, CODE_BYTES, payload.length - CODE_BYTES) == null) {
            broken(Opcode.NOT_CONSISTENT, "a reason that is not UTF-8");
        } else {
            over = true;
            receiver.close(code);
        }
    }

    private void data(byte[] bytes, int offset, int length) {
        int kind = fragmented;
        fragmented = Opcode.CONTINUATION;
        message = NOTHING;
        messageBytes = 0;
        if (tooBig) {
            return;
        }
        if (kind == Opcode.BINARY) {
            receiver.binary();
            return;
        }
        String text = text(bytes, offset, length);
        if (text == null) {
            broken(Opcode.NOT_CONSISTENT, "a text that is not UTF-8");
        } else {
            receiver.text(text);
        }
    }

    private void broken(int code, String reason) {
        over = true;
        receiver.broken(code, reason);
    }

    /** The text; null where it is not UTF-8. */
    private static @Nullable String text(byte[] bytes, int offset, int length) {
        for (int at = offset; at < offset + length; at++) {
            if (bytes[at] < 0) {
                return decoded(bytes, offset, length);
            }
        }
        return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    }

    private static @Nullable String decoded(byte[] bytes, int offset, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, offset, length))
                    .toString();
        } catch (CharacterCodingException malformed) {
            return null;
        }
    }

    /** Is told of what a client sends, in its order. */
    public interface Receiver {

        /** A text message. */
        void text(String text);

        /** A binary message, of which nobody wants the bytes. */
        void binary();

        /** A message is longer than allowed. Said once; there is neither text nor binary after it. */
        void tooBig();

        /**
         * A ping, to be answered with a pong of the same payload (section 5.5.3).
         *
         * @param payload at most 125 bytes
         */
        void ping(byte[] payload);

        /** A pong. */
        void pong();

        /**
         * A close frame: the last that is told.
         *
         * @param code 1005 where it has none
         */
        void close(int code);

        /**
         * The connection has to be closed, because of what the client sent: the last that is told.
         *
         * @param code 1002 or 1007
         */
        void broken(int code, String reason);
    }
}
