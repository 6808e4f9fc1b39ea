/**
 * One client's life from handshake to close: its subscriptions with their cursors, the outbox that writes to its socket, the registry of
 * all connections, heartbeat and time-outs.
 *
 * <p>{@code hub} opens connections and carries out their commands; {@code endpoint} gives each its {@link
 * io.kulkul.core.connection.Transport}.
 */
@NullMarked
package io.kulkul.core.connection;

import org.jspecify.annotations.NullMarked;
