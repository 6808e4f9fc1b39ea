package io.kulkul.core.hub;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kulkul.core.eventlog.ChannelId;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Remembers for ten minutes which users had which channels, for dialects whose clients come back without a position. Thread-safe.
 */
final class Returning {

    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    private static final int MAX = 100_000;

    private final Cache<Had, Boolean> had;

    Returning(LongSupplier nanoTime) {
        had = Caffeine.newBuilder()
                .maximumSize(MAX)
                .expireAfterWrite(REMEMBERED)
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    /** Says whether the user had the channel before; from now on it has. */
    boolean cameBack(String user, ChannelId channel) {
        return had.asMap().put(new Had(user, channel), Boolean.TRUE) != null;
    }

    /** The user's connection has just ended: the time begins anew. */
    void left(String user, ChannelId channel) {
        had.put(new Had(user, channel), Boolean.TRUE);
    }

    private record Had(String user, ChannelId channel) {}
}
