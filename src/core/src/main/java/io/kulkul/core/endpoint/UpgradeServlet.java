package io.kulkul.core.endpoint;

import io.kulkul.core.dialect.Dialects;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code /ws} and {@code /ws/{tenant}} as upgraded HTTP connections: answers the opening handshake (RFC 6455, section 4.2.2).
 *
 * <p>Behind {@link HandshakeFilter}, which has refused handshakes that are not well formed.
 */
class UpgradeServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    /** RFC 6455, section 1.3. */
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final transient UpgradedSessions sessions;

    UpgradeServlet(UpgradedSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        String tenant = tenant(request.getPathInfo());
        if (tenant == null || !request.getMethod().equals("GET") || !HandshakeSyntax.isHandshake(request)) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        if (words(request.getHeaders("Connection")).stream().noneMatch("upgrade"::equalsIgnoreCase)) {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST, "no well-formed WebSocket handshake");
            return;
        }
        String subprotocol = Dialects.negotiate(words(request.getHeaders("Sec-WebSocket-Protocol")));
        response.setStatus(HttpServletResponse.SC_SWITCHING_PROTOCOLS);
        response.setHeader("Upgrade", "websocket");
        response.setHeader("Connection", "Upgrade");
        response.setHeader("Sec-WebSocket-Accept", accept(request.getHeader("Sec-WebSocket-Key")));
        if (!subprotocol.isEmpty()) {
            response.setHeader("Sec-WebSocket-Protocol", subprotocol);
        }
        String token = request.getUserPrincipal() instanceof HandshakePrincipal known ? known.takeToken() : null;
        Map<String, List<String>> query = request.getParameterMap().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, parameter -> List.of(parameter.getValue())));
        request.upgrade(UpgradedConnection.class)
                .prepare(sessions, new HandshakeQuery(query).handshake(tenant, subprotocol, token));
    }

    /** The tenant that the path behind {@code /ws} names, empty for none; null where the path is another one. */
    private static @Nullable String tenant(@Nullable String path) {
        if (path == null) {
            return "";
        }
        String name = path.substring(1);
        return name.isEmpty() || name.indexOf('/') >= 0 ? null : name;
    }

    private static List<String> words(Enumeration<String> headers) {
        return Collections.list(headers).stream()
                .flatMap(header -> Arrays.stream(header.split(",", -1)))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    @SuppressWarnings("InsecureHash") // the protocol's own, and no secret
    private static String accept(String key) throws ServletException {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key.strip() + MAGIC).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new ServletException("every Java platform has SHA-1", e);
        }
    }
}
