package io.kulkul.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The web server of an application that is not Kulkul: it has pages and, at {@code /token}, a login that gives a new token each time.
 * Its port is another one than Kulkul's, so its pages are of another origin. Thread-safe.
 */
final class Pages implements AutoCloseable {
    private static final Map<String, String> TYPES =
            Map.of("html", "text/html", "js", "text/javascript", "css", "text/css");

    private final HttpServer server;
    private final Map<String, String> pages = new ConcurrentHashMap<>();
    private final AtomicInteger tokens = new AtomicInteger();
    private volatile Duration tokenLife = Duration.ofHours(1);

    Pages() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** What the setting {@code kulkul.connection.allowed-origins} has to name. */
    String origin() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    String url(String page) {
        return origin() + "/" + page;
    }

    /** Has a page of this name. */
    Pages with(String name, String text) {
        pages.put("/" + name, text);
        return this;
    }

    /** Has the files of this directory, their names behind the prefix, with Kulkul's address in place of the one in the examples. */
    Pages withFiles(Path directory, String prefix, SecondServer kulkul) throws IOException {
        String authority = kulkul.http("/").getAuthority();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(path -> TYPES.containsKey(suffix(path.toString())))
                    .toList()) {
                with(prefix + file.getFileName(), Files.readString(file).replace("localhost:9080", authority));
            }
        }
        return this;
    }

    /** From now on tokens end so soon. */
    void giveTokensFor(Duration life) {
        tokenLife = life;
    }

    /** How many tokens were asked for. */
    int tokensGiven() {
        return tokens.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/token")) {
                String user = "page-" + tokens.incrementAndGet();
                String one = exchange.getRequestURI().getQuery();
                send(exchange, "text/plain", token(one == null ? user : one));
            } else if (pages.containsKey(path)) {
                send(exchange, TYPES.get(suffix(path)), pages.get(path));
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private String token(String user) {
        return Tokens.forUser(user).expiringIn(tokenLife).token();
    }

    private static String suffix(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    private static void send(HttpExchange exchange, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type + ";charset=utf-8");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
