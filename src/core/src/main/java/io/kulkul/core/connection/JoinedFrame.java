package io.kulkul.core.connection;

import io.kulkul.core.eventlog.Encoded;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Joins frames into one JSON array.
 *
 * <p>Where all of them are consecutive events of one channel, the array is the same for every connection that is as far: it is made once
 * and kept for a moment at the channel's tail.
 */
final class JoinedFrame {

    private final List<Encoded> parts = new ArrayList<>();
    private int bytes = 2;
    private @Nullable TailCursor run;
    private long from;
    private long to;

    boolean fits(Encoded part) {
        return parts.isEmpty() || bytes + part.bytes() + 1 <= Outbox.MAX_FRAME_BYTES;
    }

    void add(Encoded part) {
        parts.add(part);
        bytes += part.bytes() + 1;
        run = null;
    }

    void add(Encoded part, EventSource source) {
        boolean first = parts.isEmpty();
        parts.add(part);
        bytes += part.bytes() + 1;
        TailCursor cursor = source instanceof TailCursor tailCursor && tailCursor.atEvent() ? tailCursor : null;
        if (first) {
            run = cursor;
            from = cursor == null ? 0 : cursor.seq();
        } else if (run != cursor || cursor == null || cursor.seq() != to + 1) {
            run = null;
        }
        to = cursor == null ? 0 : cursor.seq();
    }

    /** The array; the part itself where there is only one; null where there is none. */
    @Nullable
    Encoded encoded() {
        if (parts.size() < 2) {
            return parts.isEmpty() ? null : parts.get(0);
        }
        TailCursor cursor = run;
        return cursor == null
                ? join()
                : cursor.channel().tail().joined(from, to, cursor.subscription.encoding(), this::join);
    }

    private Encoded join() {
        StringBuilder text = new StringBuilder(bytes).append('[');
        for (Encoded part : parts) {
            text.append(part.text()).append(',');
        }
        text.setCharAt(text.length() - 1, ']');
        return new Encoded(text.toString(), bytes - 1);
    }
}
