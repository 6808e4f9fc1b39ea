/**
 * Events and what keeps them: positions, each channel's tail of newest events, the log that history is replayed from, idempotency
 * keys.
 *
 * <p>{@code channel} appends, {@code connection} reads. Who wants an event, and how it looks on a wire, is left to others.
 */
@NullMarked
package io.kulkul.core.eventlog;

import org.jspecify.annotations.NullMarked;
