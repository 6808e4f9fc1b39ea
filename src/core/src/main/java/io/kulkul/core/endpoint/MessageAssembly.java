package io.kulkul.core.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * Puts together a message that comes in parts, and keeps no more of it than the limit allows.
 *
 * <p>Confined to the thread that receives a session's messages. A text in one part is not looked at: {@code Client} holds every text
 * against the limit.
 */
final class MessageAssembly {

    private final int maxBytes;

    /** The parts so far; null while no message is under way, as with most clients for good: they send whole ones. */
    private @Nullable StringBuilder text;

    private long bytes;

    /**
     * Begins with no message.
     *
     * @param maxBytes how long a message may be, in bytes; of UTF-8, where it is text
     */
    MessageAssembly(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes a part of a text. Gives the whole message with its last part, otherwise null; what comes in one part is not copied. */
    @Nullable
    String add(String part, boolean last) {
        if (last && bytes == 0) {
            return part;
        }
        bytes += utf8Length(part);
        if (tooBig()) {
            text = null;
            return null;
        }
        StringBuilder parts = text == null ? new StringBuilder() : text;
        parts.append(part);
        // It gives its memory back: a connection that is idle for hours should not hold what its longest message took.
        text = last ? null : parts;
        if (!last) {
            return null;
        }
        bytes = 0;
        return parts.toString();
    }

    /** Takes a part of a binary message, of which nobody wants the bytes. Whether it was the last part of a good message. */
    boolean addBinary(int length, boolean last) {
        bytes += length;
        if (tooBig() || !last) {
            return false;
        }
        bytes = 0;
        return true;
    }

    /** Whether there was a message above the limit. After that there is none that is not. */
    boolean tooBig() {
        return bytes > maxBytes;
    }

    /** Both halves of a surrogate pair count two, so a pair may be in two parts. */
    private static int utf8Length(String text) {
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                length += 1;
            } else {
                length += c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
            }
        }
        return length;
    }
}
