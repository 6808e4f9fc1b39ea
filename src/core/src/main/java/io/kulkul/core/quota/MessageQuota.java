package io.kulkul.core.quota;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many messages one client may send: above the rate each is refused, and a client that goes on regardless is given up.
 *
 * <p>Not thread-safe: confined to the thread that receives the client's messages.
 */
public final class MessageQuota {

    /** How many messages may be refused at once, and how many more each second, before the client is given up. */
    static final int REFUSALS_AT_ONCE = 100;

    static final int REFUSALS_PER_SECOND = 10;

    private final TokenBucket messages;
    private final LongSupplier nanoTime;

    /** Null where no message was refused yet: hardly any client needs it, and ten thousand would have it. */
    private @Nullable TokenBucket refusals;

    public MessageQuota(int messagesPerSecond, int burst, LongSupplier nanoTime) {
        messages = new TokenBucket(messagesPerSecond, burst, nanoTime);
        this.nanoTime = nanoTime;
    }

    /** Counts a message. */
    public Decision take() {
        if (messages.tryTake()) {
            return Decision.ACCEPTED;
        }
        if (refusals == null) {
            refusals = new TokenBucket(REFUSALS_PER_SECOND, REFUSALS_AT_ONCE, nanoTime);
        }
        return refusals.tryTake() ? Decision.LIMITED : Decision.BROKEN;
    }

    /** How long a refused client should wait, at least a millisecond. */
    public Duration retryAfter() {
        Duration wait = messages.untilNext();
        return wait.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : wait;
    }

    /** What becomes of a message. */
    public enum Decision {
        /** It is within the rate. */
        ACCEPTED,
        /** It is refused with {@code rate_limited}. */
        LIMITED,
        /** The connection is closed with 4429. */
        BROKEN
    }
}
