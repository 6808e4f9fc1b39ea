package io.kulkul.load;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The request that makes a connection a WebSocket, and what the server may answer (RFC 6455, section 4.1). */
final class Upgrade {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final String request;
    private final String accepted;

    /**
     * A request.
     *
     * @param token for the {@code Authorization} header, or null
     */
    Upgrade(Target target, String subprotocol, @Nullable String token) {
        byte[] nonce = new byte[16];
        ThreadLocalRandom.current().nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        accepted = accept(key);
        request = "GET " + target.path() + " HTTP/1.1\r\nHost: " + target.authority()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + key + "\r\nSec-WebSocket-Protocol: " + subprotocol + "\r\n"
                + (token == null ? "" : "Authorization: Bearer " + token + "\r\n") + "\r\n";
    }

    static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    byte[] request() {
        return request.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Looks for the end of the answer.
     *
     * @return where the first frame begins; -1 where the answer is not whole
     * @throws FrameException where it is not the one that was asked for
     */
    int end(byte[] bytes, int from, int to) throws FrameException {
        for (int i = from; i <= to - 4; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                check(new String(bytes, from, i - from, StandardCharsets.US_ASCII));
                return i + 4;
            }
        }
        return -1;
    }

    private void check(String head) throws FrameException {
        String[] lines = head.split("\r\n", -1);
        if (!lines[0].startsWith("HTTP/1.1 101")) {
            throw new FrameException("the server answers the handshake with: " + lines[0]);
        }
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals("sec-websocket-accept")) {
                if (line.substring(colon + 1).strip().equals(accepted)) {
                    return;
                }
            }
        }
        throw new FrameException("the server's Sec-WebSocket-Accept does not belong to this handshake");
    }
}
