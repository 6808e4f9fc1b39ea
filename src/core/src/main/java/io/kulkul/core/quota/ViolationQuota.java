package io.kulkul.core.quota;

import java.util.function.LongSupplier;

/**
 * How many frames that are no commands one client may send: a hundred at once and one more each second; above that it is closed with 4400.
 *
 * <p>Not thread-safe: confined to the thread that receives the client's messages.
 */
public final class ViolationQuota {

    static final int AT_ONCE = 100;

    private final TokenBucket violations;

    public ViolationQuota(LongSupplier nanoTime) {
        violations = new TokenBucket(1, AT_ONCE, nanoTime);
    }

    /** Counts a violation; false when there were too many. */
    public boolean take() {
        return violations.tryTake();
    }
}
