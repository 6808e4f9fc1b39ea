/**
 * The frames of the WebSocket protocol (RFC 6455, section 5), as a server reads and writes them. Pure functions and one small state
 * machine: nothing here knows of sockets or threads.
 */
@NullMarked
package io.kulkul.core.websocket;

import org.jspecify.annotations.NullMarked;
