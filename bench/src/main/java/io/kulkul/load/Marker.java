package io.kulkul.load;

/**
 * What the generator hides in each payload, and finds again in whatever frame the server makes of it.
 *
 * <p>{@code ~KL}, when the event was due (16 hexadecimal digits of {@link System#nanoTime}), its number (8), its channel's number (8), its
 * number in its channel (8), {@code ~}. No parser: at 100,000 frames a second it would measure itself.
 */
final class Marker {

    static final int LENGTH = 44;

    private static final int DUE = 3;
    private static final int NUMBER = 19;
    private static final int CHANNEL = 27;
    private static final int SEQ = 35;
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private Marker() {}

    /** Writes a marker. */
    static void write(byte[] into, int at, long due, int number, int channel, int seq) {
        into[at] = '~';
        into[at + 1] = 'K';
        into[at + 2] = 'L';
        hex(into, at + DUE, due, 16);
        hex(into, at + NUMBER, number, 8);
        hex(into, at + CHANNEL, channel, 8);
        hex(into, at + SEQ, seq, 8);
        into[at + LENGTH - 1] = '~';
    }

    private static void hex(byte[] into, int at, long value, int digits) {
        long rest = value;
        for (int i = at + digits - 1; i >= at; i--) {
            into[i] = DIGITS[(int) (rest & 15)];
            rest >>>= 4;
        }
    }

    /** Where the next marker begins; -1 where none does. */
    static int find(byte[] text, int from, int to) {
        for (int i = from; i <= to - LENGTH; i++) {
            if (text[i] == '~' && text[i + 1] == 'K' && text[i + 2] == 'L' && text[i + LENGTH - 1] == '~') {
                return i;
            }
        }
        return -1;
    }

    /** When the event was due. */
    static long due(byte[] text, int at) {
        return number(text, at + DUE, 16);
    }

    /** Counts all events from 0. */
    static int number(byte[] text, int at) {
        return (int) number(text, at + NUMBER, 8);
    }

    /** Counts channels from 0. */
    static int channel(byte[] text, int at) {
        return (int) number(text, at + CHANNEL, 8);
    }

    /** Counts the channel's events from 1. */
    static int seq(byte[] text, int at) {
        return (int) number(text, at + SEQ, 8);
    }

    private static long number(byte[] text, int at, int digits) {
        long value = 0;
        for (int i = at; i < at + digits; i++) {
            int c = text[i];
            value = value << 4 | (c <= '9' ? c - '0' : c - 'a' + 10);
        }
        return value;
    }
}
