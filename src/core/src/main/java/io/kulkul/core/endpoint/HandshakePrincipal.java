package io.kulkul.core.endpoint;

import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Carries what the handshake's filter read from the request to the session, which sees nothing of a request but its principal.
 *
 * @param token of the {@code Authorization} header, or null
 */
record HandshakePrincipal(@Nullable String token) implements Principal {

    static final HandshakePrincipal NONE = new HandshakePrincipal(null);

    @Override
    public String getName() {
        return "websocket handshake";
    }

    @Override
    public String toString() {
        return getName();
    }
}
