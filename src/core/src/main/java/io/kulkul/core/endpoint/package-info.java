/**
 * The container's side: WebSocket endpoints, the filter before their handshake, and the beans and listeners that start and stop the hub.
 *
 * <p>Adapts callbacks to {@code hub} and decides nothing.
 */
@NullMarked
package io.kulkul.core.endpoint;

import org.jspecify.annotations.NullMarked;
