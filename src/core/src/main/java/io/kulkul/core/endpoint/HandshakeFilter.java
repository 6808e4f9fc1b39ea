package io.kulkul.core.endpoint;

import io.kulkul.core.access.OriginPolicy;
import io.kulkul.core.hub.Hub;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.security.Principal;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the HTTP request before it becomes a WebSocket: refuses other origins with 403, since a browser would send this site's cookies
 * along, broken handshakes with 400, and all of them with 503 while the instance sends its clients away; and keeps the bearer token for the session.
 */
class HandshakeFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    /** By then whoever leads clients to instances knows another one. */
    private static final String RETRY_SECONDS = "1";

    private final transient Hub hub;
    private final transient OriginPolicy origins;

    HandshakeFilter(Hub hub) {
        this.hub = hub;
        this.origins = new OriginPolicy(hub.connectionSettings().allowedOrigins());
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (hub.draining()) {
            // No sendError, for which Open Liberty would log an error each time.
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            response.setHeader("Retry-After", RETRY_SECONDS);
            return;
        }
        String host = request.getHeader("Host");
        if (!origins.allows(request.getHeader("Origin"), host == null ? "" : host)) {
            response.sendError(HttpServletResponse.SC_FORBIDDEN, "origin not allowed");
            return;
        }
        Enumeration<String> authorizations = request.getHeaders("Authorization");
        String authorization = authorizations.hasMoreElements() ? authorizations.nextElement() : null;
        if (authorizations.hasMoreElements()) {
            hub.refuseTokens("a handshake", "one Authorization header is expected");
            response.sendError(HttpServletResponse.SC_UNAUTHORIZED, "one Authorization header is expected");
            return;
        }
        if (HandshakeSyntax.isBroken(request)) {
            response.setHeader(HandshakeSyntax.VERSION, HandshakeSyntax.SUPPORTED_VERSION);
            response.sendError(HttpServletResponse.SC_BAD_REQUEST, "no well-formed WebSocket handshake");
            return;
        }
        chain.doFilter(new HandshakeRequest(request, new HandshakePrincipal(bearer(authorization))), response);
    }

    /** The token of a bearer scheme (RFC 6750, section 2.1), or null. */
    private static @Nullable String bearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? authorization.substring(7).strip()
                : null;
    }

    private static final class HandshakeRequest extends HttpServletRequestWrapper {
        private final HandshakePrincipal principal;

        HandshakeRequest(HttpServletRequest request, HandshakePrincipal principal) {
            super(request);
            this.principal = principal;
        }

        @Override
        public Principal getUserPrincipal() {
            return principal;
        }

        /** Without a token, because Open Liberty keeps it as long as the session, and dumps it as it does the principal. */
        @Override
        public @Nullable String getQueryString() {
            return HandshakeQuery.withoutToken(super.getQueryString());
        }

        @Override
        public @Nullable HttpSession getSession() {
            return getSession(true);
        }

        /**
         * None, whoever asks: Open Liberty creates one for each upgrade, and when that times out (after 30 minutes by default, whatever
         * the socket does) closes the socket with 1008, "Secure HTTP Session Closed".
         */
        @Override
        public @Nullable HttpSession getSession(boolean create) {
            return null;
        }
    }
}
