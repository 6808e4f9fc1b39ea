package io.kulkul.core.hub;

import org.jspecify.annotations.Nullable;

/**
 * How far the instance is with sending its clients away.
 *
 * @param draining whether it has begun
 * @param connections how many are still open
 * @param deadlineMillis by when the last one is asked to go, in milliseconds since the Unix epoch; null where it has not begun
 */
public record Drain(
        boolean draining, int connections, @Nullable Long deadlineMillis) {}
