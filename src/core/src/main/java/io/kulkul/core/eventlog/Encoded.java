package io.kulkul.core.eventlog;

import io.kulkul.core.websocket.Frames;
import io.kulkul.core.websocket.Outgoing;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A frame's text and its length on the wire; and its bytes there, once they were needed. What is joined of several has either only once it is
 * asked for: a transport needs one of them.
 *
 * <p>Thread-safe: two threads may both make a text or bytes, and make the same. Nobody has to wait.
 */
public final class Encoded implements Outgoing {

    private static final int BRACKETS = 2;

    private final List<Encoded> parts;
    private final int bytes;
    private volatile @Nullable String text;

    /** What {@link #writeTo} writes: a header and the text in UTF-8. */
    private volatile byte @Nullable [] frame;

    /**
     * A text that was measured.
     *
     * @param bytes in UTF-8
     */
    public Encoded(String text, int bytes) {
        this.parts = List.of();
        this.bytes = bytes;
        this.text = text;
    }

    private Encoded(List<Encoded> parts) {
        this.parts = parts;
        int length = BRACKETS - 1;
        for (Encoded part : parts) {
            length += part.bytes + 1;
        }
        this.bytes = length;
    }

    /** Measures the text. */
    public static Encoded of(String text) {
        return new Encoded(text, utf8Length(text));
    }

    /**
     * A JSON array of texts.
     *
     * @param parts one at least; not changed any more
     */
    public static Encoded joined(List<Encoded> parts) {
        return new Encoded(parts);
    }

    /** The text. */
    public String text() {
        String known = text;
        if (known == null) {
            known = joinedText();
            text = known;
        }
        return known;
    }

    /** How long the text is in UTF-8. */
    public int bytes() {
        return bytes;
    }

    /** Writes the text in a WebSocket frame, which is made once for all connections. */
    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(frame());
    }

    private byte[] frame() {
        byte[] known = frame;
        if (known == null) {
            known = parts.isEmpty() ? Frames.text(text()) : joinedFrame();
            frame = known;
        }
        return known;
    }

    private String joinedText() {
        StringBuilder joined = new StringBuilder(bytes).append('[');
        for (Encoded part : parts) {
            joined.append(part.text()).append(',');
        }
        joined.setCharAt(joined.length() - 1, ']');
        return joined.toString();
    }

    /** Of the parts' bytes, which other frames have as well. */
    private byte[] joinedFrame() {
        byte[] joined = Frames.textOf(bytes);
        int at = joined.length - bytes;
        joined[at++] = '[';
        for (Encoded part : parts) {
            byte[] each = part.frame();
            System.arraycopy(each, each.length - part.bytes, joined, at, part.bytes);
            at += part.bytes;
            joined[at++] = ',';
        }
        joined[at - 1] = ']';
        return joined;
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
