package io.kulkul.bench.growth;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A gateway on Open Liberty in a process of its own, and what the system says that the process costs.
 *
 * <p>Linux only: processor time and memory are read from {@code /proc}.
 */
final class ServerUnderLoad implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String NAME = "kulkulBench";
    private static final int TICKS_PER_SECOND = 100;
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    private final Process process;
    private final Path jcmd;
    private final int port;
    private final String token;

    private ServerUnderLoad(Process process, Path jcmd, int port, String token) {
        this.process = process;
        this.jcmd = jcmd;
        this.port = port;
        this.token = token;
    }

    /**
     * Starts one and waits until it is ready.
     *
     * @param place where the runtime, the server's directory and the EAR are
     * @param settings that differ from the defaults
     */
    static ServerUnderLoad start(Place place, Map<String, String> settings)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path directory = place.servers().resolve("servers").resolve(NAME);
        Files.createDirectories(directory.resolve("dropins"));
        Files.copy(
                place.ear(), directory.resolve("dropins").resolve("kulkul.ear"), StandardCopyOption.REPLACE_EXISTING);
        BenchToken token = new BenchToken();
        Path key = directory.resolve("key.pub").toAbsolutePath().normalize();
        token.publish(key);
        configure(directory, settings);
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(
                place.liberty().resolve("bin").resolve("server").toString(), "run", NAME);
        builder.redirectErrorStream(true)
                .redirectOutput(place.servers().resolve("console.log").toFile());
        Path javaHome = place.javaHome();
        builder.environment()
                .putAll(Map.of(
                        "JAVA_HOME",
                        javaHome.toString(),
                        "WLP_USER_DIR",
                        place.servers().toAbsolutePath().normalize().toString(),
                        "HTTP_PORT",
                        Integer.toString(port),
                        "HTTP_HOST",
                        "localhost",
                        "METRICS_AUTHENTICATION",
                        "false",
                        "JVM_ARGS",
                        "-Dcommand.port=-1",
                        "MP_JWT_VERIFY_PUBLICKEY_LOCATION",
                        key.toUri().toString(),
                        "MP_JWT_VERIFY_ISSUER",
                        BenchToken.ISSUER));
        ServerUnderLoad server =
                new ServerUnderLoad(builder.start(), javaHome.resolve("bin").resolve("jcmd"), port, token.signed());
        server.awaitReady();
        return server;
    }

    /**
     * Where things are.
     *
     * @param liberty the directory {@code wlp}
     * @param servers Liberty's user directory
     * @param ear the gateway
     * @param javaHome the JDK that runs the server
     */
    record Place(Path liberty, Path servers, Path ear, Path javaHome) {}

    private static void configure(Path directory, Map<String, String> settings) throws IOException {
        StringBuilder xml = new StringBuilder("<server>\n");
        settings.forEach((key, value) -> xml.append("  <variable name='")
                .append(key)
                .append("' value='")
                .append(value)
                .append("'/>\n"));
        Path overrides =
                Files.createDirectories(directory.resolve("configDropins").resolve("overrides"));
        Files.writeString(
                overrides.resolve("growth.xml"), xml.append("</server>\n").toString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isReady(http, request)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                close();
                throw new IOException("the server is not ready: see its console.log");
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private static boolean isReady(HttpClient http, HttpRequest request) throws InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    String url() {
        return "ws://localhost:" + port + "/ws";
    }

    String token() {
        return token;
    }

    /** For how long processors have worked for it so far, in microseconds. */
    double cpuMicros() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        long ticks = Long.parseLong(fields.get(USER_TIME)) + Long.parseLong(fields.get(SYSTEM_TIME));
        return ticks * 1e6 / TICKS_PER_SECOND;
    }

    /** Collects garbage, and says how much memory of the machine the process then has, in MiB. */
    double memoryAfterCollection() throws IOException, InterruptedException {
        for (int i = 0; i < 2; i++) {
            int code = new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), "GC.run")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IOException("jcmd GC.run ended with " + code);
            }
        }
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "smaps_rollup"))) {
            if (line.startsWith("Pss:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        throw new IOException("no Pss in smaps_rollup");
    }

    @Override
    public void close() {
        // By its handle, because Process.destroy() also closes the pipe that the server's last words come through.
        process.toHandle().destroy();
        try {
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
