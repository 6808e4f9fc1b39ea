package io.kulkul.core.telemetry;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Counts latencies by their size, for quantiles of the last five to ten seconds; of all since it was asked last, where that is longer ago.
 *
 * <p>Thread-safe. Recording is one increment and takes no lock. A size class is an eighth of a doubling, so that a quantile is at most a tenth
 * above the true one.
 */
final class LatencyWindow {

    private static final Duration HALF = Duration.ofSeconds(5);
    private static final int PER_DOUBLING = 8;
    private static final int SHIFT = 3;
    private static final int CLASSES = PER_DOUBLING * (Long.SIZE - SHIFT);

    private final LongSupplier nanoTime;
    private volatile AtomicLongArray current = new AtomicLongArray(CLASSES);

    /** Guarded by {@code this}, as is {@code began}. */
    private AtomicLongArray previous = new AtomicLongArray(CLASSES);

    private long began;

    LatencyWindow(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
    }

    void record(long nanos) {
        current.incrementAndGet(classOf(Math.max(0, nanos)));
    }

    /** The size class: the position of the highest bit and the three bits after it. */
    static int classOf(long nanos) {
        if (nanos < PER_DOUBLING) {
            return (int) nanos;
        }
        int doubling = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        return (doubling - SHIFT + 1) * PER_DOUBLING + (int) (nanos >>> (doubling - SHIFT)) - PER_DOUBLING;
    }

    /** The greatest latency of a size class, in nanoseconds. */
    static long greatestOf(int sizeClass) {
        if (sizeClass < PER_DOUBLING) {
            return sizeClass;
        }
        int shift = sizeClass / PER_DOUBLING - 1;
        return ((long) (sizeClass % PER_DOUBLING + PER_DOUBLING + 1) << shift) - 1;
    }

    /**
     * The quantiles now, in milliseconds; zeros where nothing was recorded.
     *
     * @param of which, each from 0 to 1, in rising order
     */
    synchronized double[] quantilesMillis(double... of) {
        long[] counts = new long[CLASSES];
        long total = 0;
        for (int i = 0; i < CLASSES; i++) {
            counts[i] = previous.get(i) + current.get(i);
            total += counts[i];
        }
        double[] quantiles = new double[of.length];
        long below = 0;
        int next = 0;
        for (int i = 0; i < CLASSES && total > 0; i++) {
            below += counts[i];
            while (next < of.length && below > 0 && below >= of[next] * total) {
                quantiles[next++] = greatestOf(i) / 1e6;
            }
        }
        rotate();
        return quantiles;
    }

    private void rotate() {
        long now = nanoTime.getAsLong();
        if (now - began >= HALF.toNanos()) {
            previous = current;
            current = new AtomicLongArray(CLASSES);
            began = now;
        }
    }
}
