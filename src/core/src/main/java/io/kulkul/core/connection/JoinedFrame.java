package io.kulkul.core.connection;

import io.kulkul.core.eventlog.Encoded;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins frames into one JSON array of at most {@value Outbox#MAX_FRAME_BYTES} bytes. */
final class JoinedFrame {

    private final List<Encoded> parts = new ArrayList<>();
    private int bytes = 2;

    boolean fits(Encoded part) {
        return parts.isEmpty() || bytes + part.bytes() + 1 <= Outbox.MAX_FRAME_BYTES;
    }

    void add(Encoded part) {
        parts.add(part);
        bytes += part.bytes() + 1;
    }

    int size() {
        return parts.size();
    }

    /** The array; the part itself where there is only one; null where there is none. */
    @Nullable
    Encoded encoded() {
        if (parts.size() < 2) {
            return parts.isEmpty() ? null : parts.get(0);
        }
        return Encoded.joined(parts);
    }
}
