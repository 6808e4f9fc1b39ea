package io.kulkul.core.quota;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many frames that are no commands one client may send: a hundred at once and one more each second; above that it is closed with 4400.
 *
 * <p>Not thread-safe: confined to the thread that receives the client's messages.
 */
public final class ViolationQuota {

    static final int AT_ONCE = 100;

    private final LongSupplier nanoTime;

    /** Null where there was none yet: hardly any client needs it, and ten thousand would have it. */
    private @Nullable TokenBucket violations;

    public ViolationQuota(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Counts a violation; false when there were too many. */
    public boolean take() {
        if (violations == null) {
            violations = new TokenBucket(1, AT_ONCE, nanoTime);
        }
        return violations.tryTake();
    }
}
