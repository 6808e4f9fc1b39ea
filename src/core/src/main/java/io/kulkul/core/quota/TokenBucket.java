package io.kulkul.core.quota;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A bucket that is full of tokens at first and is refilled evenly: it allows a burst, and a rate over time.
 *
 * <p>Not thread-safe: confined to the thread that receives one client's messages.
 */
public final class TokenBucket {

    private final double perNano;
    private final double capacity;
    private final LongSupplier nanoTime;
    private double tokens;
    private long refilled;

    /**
     * A full bucket.
     *
     * @param perSecond the tokens that come back each second, above 0
     * @param capacity the most it holds, at least 1
     */
    public TokenBucket(double perSecond, int capacity, LongSupplier nanoTime) {
        if (perSecond <= 0 || capacity < 1) {
            throw new IllegalArgumentException("perSecond " + perSecond + ", capacity " + capacity);
        }
        this.perNano = perSecond / TimeUnit.SECONDS.toNanos(1);
        this.capacity = capacity;
        this.nanoTime = nanoTime;
        this.tokens = capacity;
        this.refilled = nanoTime.getAsLong();
    }

    /** Takes a token where there is one. */
    public boolean tryTake() {
        refill();
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /** How long it takes until there is a token; zero where there is one. */
    public Duration untilNext() {
        refill();
        return tokens >= 1 ? Duration.ZERO : Duration.ofNanos((long) Math.ceil((1 - tokens) / perNano));
    }

    private void refill() {
        long now = nanoTime.getAsLong();
        tokens = Math.min(capacity, tokens + (now - refilled) * perNano);
        refilled = now;
    }
}
