package io.kulkul.core.eventlog;

import java.nio.charset.StandardCharsets;

/**
 * A frame's text and its length on the wire.
 *
 * @param bytes in UTF-8
 */
public record Encoded(String text, int bytes) {

    /** Measures the text. */
    public static Encoded of(String text) {
        return new Encoded(text, utf8Length(text));
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
