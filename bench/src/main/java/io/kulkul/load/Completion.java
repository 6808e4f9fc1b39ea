package io.kulkul.load;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Tells which arrival of an event was its last, by counting the arrivals of the newest events. Thread-safe.
 *
 * <p>It forgets an event when {@value #REMEMBERED} later ones were published.
 */
final class Completion {

    private static final int REMEMBERED = 1 << 18;

    private final AtomicIntegerArray arrivals = new AtomicIntegerArray(REMEMBERED);
    private final int[] readers;

    /**
     * Counts nothing yet.
     *
     * @param readers how many connections each channel's events reach
     */
    Completion(int[] readers) {
        this.readers = readers.clone();
    }

    /** An event is about to be published. */
    void published(int number) {
        arrivals.set(number & REMEMBERED - 1, 0);
    }

    /** Whether this arrival makes the event complete. */
    boolean arrived(int number, int channel) {
        return arrivals.incrementAndGet(number & REMEMBERED - 1) == readers[channel];
    }
}
