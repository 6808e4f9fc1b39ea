package io.kulkul.load;

import java.nio.charset.StandardCharsets;

/** Finds the few words that matter in frames without events. */
final class Words {

    static final byte[] SUBSCRIBED = ascii("\"type\":\"subscribed\"");
    static final byte[] ERROR = ascii("\"type\":\"error\"");
    static final byte[] GAP = ascii("\"type\":\"gap\"");
    static final byte[] PING = ascii("\"type\":\"ping\"");
    static final byte[] PONG = ascii("{\"type\":\"pong\"}");

    private Words() {}

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** How often the word is there. */
    static int count(byte[] word, byte[] text, int from, int to) {
        int count = 0;
        for (int i = from; i <= to - word.length; i++) {
            if (text[i] == word[0] && matches(word, text, i)) {
                count++;
                i += word.length - 1;
            }
        }
        return count;
    }

    private static boolean matches(byte[] word, byte[] text, int at) {
        for (int i = 1; i < word.length; i++) {
            if (text[at + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    /** The frame for people, not too long. */
    static String text(byte[] text, int from, int to) {
        return new String(text, from, Math.min(to - from, 300), StandardCharsets.UTF_8);
    }
}
