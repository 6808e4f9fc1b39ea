package io.kulkul.core.endpoint;

import java.security.Principal;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Carries what the handshake's filter read from the request to the session, which sees nothing of a request but its principal.
 *
 * <p>The token can be taken once. The principal stays with the session, and Open Liberty writes the session with the fields of its
 * principal into a file of the log directory (FFDC) when a client sends a broken frame.
 */
final class HandshakePrincipal implements Principal {

    private final AtomicReference<@Nullable String> token;

    /**
     * Carries a token.
     *
     * @param token of the {@code Authorization} header, or null
     */
    HandshakePrincipal(@Nullable String token) {
        this.token = new AtomicReference<>(token);
    }

    /** The token of the {@code Authorization} header; null where there was none, and from the second call on. */
    @Nullable
    String takeToken() {
        return token.getAndSet(null);
    }

    @Override
    public String getName() {
        return "websocket handshake";
    }

    @Override
    public String toString() {
        return getName();
    }
}
