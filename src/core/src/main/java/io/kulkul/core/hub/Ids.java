package io.kulkul.core.hub;

import java.util.random.RandomGenerator;

/** Makes names that differ from each other. Thread-safe where its random generator is. */
final class Ids {

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
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return text.toString();
    }
}
