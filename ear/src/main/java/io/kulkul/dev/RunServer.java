package io.kulkul.dev;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs the deployed server in the foreground until it is told to end, and prints the URL to open as the last line.
 *
 * <p>Runs inside Maven's own process, so that a signal to Maven ends the server first and Maven after it.
 */
public final class RunServer {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(200);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final PrintStream out;
    private final int port;

    private RunServer(PrintStream out, int port) {
        this.out = out;
        this.port = port;
    }

    /** Arguments: the server's installation, its name, and the directory for key and token. */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException, InterruptedException {
        new RunServer(System.out, HttpPort.requireFree())
                .run(Path.of(arguments[0]), arguments[1], Path.of(arguments[2]));
    }

    private void run(Path wlp, String serverName, Path directory)
            throws IOException, GeneralSecurityException, InterruptedException {
        DevKey key = DevKey.in(directory);
        String token = DevToken.signedBy(key, Instant.now());
        Files.writeString(directory.resolve("dev-token"), token + "\n");

        ServerProcess server = ServerProcess.start(wlp, serverName, environment(key), out);
        if (awaitReady(server)) {
            out.printf("%nhttp://localhost:%d/#token=%s%n", port, token);
            out.flush();
        }
        server.waitForEnd();
    }

    private Map<String, String> environment(DevKey key) {
        Map<String, String> environment = new HashMap<>();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("HTTP_PORT", Integer.toString(port));
        // No password on /metrics, so nobody but this machine; who wants it otherwise says so.
        environment.put("HTTP_HOST", System.getenv().getOrDefault("HTTP_HOST", "localhost"));
        environment.put("METRICS_AUTHENTICATION", "false");
        // The port of "server stop": it is ended by a signal, so it needs no port but the one for HTTP.
        environment.put("JVM_ARGS", System.getenv().getOrDefault("JVM_ARGS", "") + " -Dcommand.port=-1");
        environment.put(
                "MP_JWT_VERIFY_PUBLICKEY_LOCATION",
                key.publicFile().toAbsolutePath().normalize().toUri().toString());
        environment.put("MP_JWT_VERIFY_ISSUER", DevToken.ISSUER);
        environment.put("MP_JWT_VERIFY_AUDIENCES", DevToken.AUDIENCE);
        return environment;
    }

    /** False when the server ended before it was ready: then its own output says why. */
    private boolean awaitReady(ServerProcess server) throws InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (server.isAlive()) {
            if (server.hasPrintedReady() && isReady()) {
                return true;
            }
            if (Instant.now().isAfter(deadline)) {
                server.end();
                throw new IllegalStateException("The server was not ready within " + PATIENCE.toMinutes()
                        + " minutes: see its output above and http://localhost:" + port + "/health/ready");
            }
            Thread.sleep(POLL_INTERVAL.toMillis());
        }
        return false;
    }

    private boolean isReady() throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }
}
