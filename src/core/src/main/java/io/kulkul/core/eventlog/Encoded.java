package io.kulkul.core.eventlog;

import io.kulkul.core.websocket.Frames;
import io.kulkul.core.websocket.Outgoing;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A frame's text and its length on the wire; and its bytes there, once they were needed. Thread-safe. */
public final class Encoded implements Outgoing {

    private final String text;
    private final int bytes;

    /** What {@link #writeTo} writes. Two threads may both make it, and make the same: nobody has to wait. */
    private volatile byte @Nullable [] frame;

    /**
     * A text that was measured.
     *
     * @param bytes in UTF-8
     */
    public Encoded(String text, int bytes) {
        this.text = text;
        this.bytes = bytes;
    }

    /** Measures the text. */
    public static Encoded of(String text) {
        return new Encoded(text, utf8Length(text));
    }

    public String text() {
        return text;
    }

    /** How long the text is in UTF-8. */
    public int bytes() {
        return bytes;
    }

    /** Writes the text in a WebSocket frame, which is made once for all connections. */
    @Override
    public void writeTo(OutputStream out) throws IOException {
        byte[] known = frame;
        if (known == null) {
            known = Frames.text(text);
            frame = known;
        }
        out.write(known);
    }

    private static int utf8Length(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return text.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return text.length();
    }
}
