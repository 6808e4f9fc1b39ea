package io.kulkul.core.eventlog;

import java.time.Duration;

/**
 * How much of a channel a log keeps for replay.
 *
 * @param size how many events; 0 for none
 * @param ttl how long each
 */
public record Retention(int size, Duration ttl) {}
