package io.kulkul.core.channel;

import io.kulkul.core.eventlog.Event;

/**
 * What became of a draft.
 *
 * @param event the new event, or the one that was published earlier under the same key
 * @param duplicate whether it is that earlier one
 */
public record Appended(Event event, boolean duplicate) {}
