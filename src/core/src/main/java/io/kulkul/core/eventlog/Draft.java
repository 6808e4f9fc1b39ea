package io.kulkul.core.eventlog;

import org.jspecify.annotations.Nullable;

/**
 * An accepted event that has no position yet.
 *
 * @param channel where it goes
 * @param name the event's name
 * @param payload JSON text, already checked
 * @param id the event's UUIDv7
 * @param key the idempotency key, or null
 * @param correlation the publisher's own mark, or null
 * @param publisher the publishing user, or null where the application itself publishes
 */
public record Draft(
        ChannelId channel,
        String name,
        String payload,
        String id,
        @Nullable String key,
        @Nullable String correlation,
        @Nullable String publisher) {}
