package io.kulkul.dev;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;

/** The port to serve on: {@code HTTP_PORT} or 9080. Refuses one that is taken, before anything is touched. */
public final class HttpPort {
    private HttpPort() {}

    /** Run on its own, before the server's directory is written, because a server may be running from there. */
    public static void main(String[] arguments) {
        requireFree();
    }

    static int requireFree() {
        int port = parse(System.getenv().getOrDefault("HTTP_PORT", "9080"));
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(port));
            return port;
        } catch (IOException e) {
            throw new Refused(
                    "Port " + port + " is taken: end what listens there, or choose another one by HTTP_PORT.", e);
        }
    }

    private static int parse(String text) {
        int port;
        try {
            port = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new Refused("HTTP_PORT is no number: " + text, e);
        }
        if (port < 1 || port > 65_535) {
            throw new Refused("HTTP_PORT is outside 1 to 65535: " + text, null);
        }
        return port;
    }

    /** What the developer has to change. The message says it all: no stack trace. */
    private static final class Refused extends RuntimeException {
        Refused(String message, @Nullable Exception cause) {
            super(message, cause, false, false);
        }
    }
}
