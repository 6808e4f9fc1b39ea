/**
 * Who wants an event: patterns of channel names, filters on payloads, and the index that finds a channel's pattern subscribers.
 *
 * <p>Used by {@code channel} and {@code hub}; who a subscriber is does not matter here.
 */
@NullMarked
package io.kulkul.core.subscription;

import org.jspecify.annotations.NullMarked;
