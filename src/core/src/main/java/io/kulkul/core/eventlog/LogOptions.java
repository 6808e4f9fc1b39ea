package io.kulkul.core.eventlog;

/**
 * What a log knows of a channel's namespace.
 *
 * @param retention how much of each channel is kept
 * @param durable whether the namespace's events go into the {@link DurableLog}
 */
public record LogOptions(Retention retention, boolean durable) {}
