package io.kulkul.core.hub;

import java.util.random.RandomGenerator;

/** Makes names that differ from each other. Thread-safe where its random generator is. */
final class Ids {

    /** 64 of them: six bits choose one. */
    private static final char[] LETTERS =
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_".toCharArray();

    private final RandomGenerator random;

    Ids(RandomGenerator random) {
        this.random = random;
    }

    /** 22 letters that hold 132 random bits. */
    String unguessable() {
        return letters(22);
    }

    /** Names a channel's counting: 8 letters tell one from the few others that the same channel has. */
    String epoch() {
        return letters(8);
    }

    private String letters(int count) {
        // All at once: a secure generator's price is by the call, and each connection needs two names.
        byte[] bits = new byte[count];
        random.nextBytes(bits);
        char[] text = new char[count];
        for (int i = 0; i < count; i++) {
            text[i] = LETTERS[bits[i] & (LETTERS.length - 1)];
        }
        return new String(text);
    }
}
