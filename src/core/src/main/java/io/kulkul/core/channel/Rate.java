package io.kulkul.core.channel;

import java.time.Duration;

/** How many events a channel has had a second lately: an average in which an event counts less the longer ago it was. Guarded by its owner. */
final class Rate {

    /** After this time what was counts for a third. */
    static final Duration MEMORY = Duration.ofSeconds(10);

    /** Below this it is nothing: an average never comes to zero by itself. */
    private static final double LEAST = 0.02;

    private static final double NANOS_PER_SECOND = 1e9;

    private long counted;
    private long measuredNanos;
    private double perSecond;

    Rate(long nanos) {
        measuredNanos = nanos;
    }

    void count() {
        counted++;
    }

    /** Takes what was counted since the last time into the average. Called about once a second. */
    void measure(long nanos) {
        double seconds = (nanos - measuredNanos) / NANOS_PER_SECOND;
        if (seconds > 0) {
            double weight = 1 - Math.exp(-seconds / MEMORY.toSeconds());
            perSecond += weight * (counted / seconds - perSecond);
            perSecond = perSecond < LEAST ? 0 : perSecond;
            counted = 0;
            measuredNanos = nanos;
        }
    }

    double perSecond() {
        return perSecond;
    }
}
