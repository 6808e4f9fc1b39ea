package io.kulkul.core.hub;

import io.kulkul.core.eventlog.ChannelId;
import org.jspecify.annotations.Nullable;

/**
 * An event that somebody wants to publish, not yet checked.
 *
 * @param payload JSON text, already checked to be JSON
 * @param publisher the publishing user; null where the application itself publishes
 */
public record Publication(
        ChannelId channel,
        String event,
        String payload,
        @Nullable String key,
        @Nullable String correlation,
        @Nullable String publisher) {}
