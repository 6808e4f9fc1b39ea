package io.kulkul.core.endpoint;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.Collections;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells which handshakes the container would refuse because of their form.
 *
 * <p>Open Liberty does that by an exception, and dumps the whole request with its query (and so with a token in it) into a file beside its
 * log. So nothing of that kind may reach it.
 */
final class HandshakeSyntax {

    static final String VERSION = "Sec-WebSocket-Version";

    /** RFC 6455, section 4.1. */
    static final String SUPPORTED_VERSION = "13";

    private static final int KEY_BYTES = 16;
    private static final String WORD = "[^\\s,;=]++";
    private static final String PARAMETER = "\\s*+;\\s*+" + WORD + "(?:\\s*+=\\s*+" + WORD + ")?+";
    private static final String EXTENSION = "\\s*+" + WORD + "(?:" + PARAMETER + ")*+\\s*+";
    private static final Pattern EXTENSIONS = Pattern.compile(EXTENSION + "(?:," + EXTENSION + ")*+");

    private HandshakeSyntax() {}

    /** Whether the request asks for a WebSocket. */
    static boolean isHandshake(HttpServletRequest request) {
        String upgrade = request.getHeader("Upgrade");
        return upgrade != null && upgrade.strip().equalsIgnoreCase("websocket");
    }

    /** Whether the request asks for a WebSocket, and cannot be given one. */
    static boolean isBroken(HttpServletRequest request) {
        return isHandshake(request)
                && !(SUPPORTED_VERSION.equals(request.getHeader(VERSION))
                        && !request.getProtocol().equals("HTTP/1.0")
                        && isKey(request.getHeader("Sec-WebSocket-Key"))
                        && Collections.list(request.getHeaders("Sec-WebSocket-Extensions")).stream()
                                .allMatch(extensions ->
                                        EXTENSIONS.matcher(extensions).matches())
                        && hasReadableUri(request));
    }

    private static boolean isKey(@Nullable String key) {
        try {
            return key != null && Base64.getDecoder().decode(key.strip()).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static boolean hasReadableUri(HttpServletRequest request) {
        String query = request.getQueryString();
        try {
            return new URI(request.getRequestURI() + (query == null ? "" : '?' + query)).getPath() != null
                    && request.getParameterMap() != null;
        } catch (URISyntaxException | IllegalStateException | IllegalArgumentException unreadable) {
            return false;
        }
    }
}
