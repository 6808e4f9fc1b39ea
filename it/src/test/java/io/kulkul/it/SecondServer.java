package io.kulkul.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * A server of a test's own, started by the script that an operator uses: a copy of the one under test, with the EAR in its
 * {@code dropins/} and a port of its own.
 */
final class SecondServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Path SERVERS = Path.of(System.getProperty("kulkul.it.servers"));
    private static final Set<String> NOT_COPIED = Set.of("logs", "workarea", "apps", "dropins", "temp", "tranlog");

    private final Path directory;
    private final String name;
    private final int port;
    private final List<String> console = new ArrayList<>();
    private final StringBuilder settings = new StringBuilder();
    private final Map<String, String> environment = new HashMap<>();
    private Process process;
    private boolean hooked;

    /** Copies the server; the name is a directory's name and nobody else's. */
    SecondServer(String name) throws IOException {
        this.name = name;
        this.port = Ports.free();
        this.directory = SERVERS.resolve("servers").resolve(name);
        copy(SERVERS.resolve("servers").resolve(System.getProperty("kulkul.it.server")));
        Files.createDirectories(directory.resolve("dropins"));
        Files.copy(
                Path.of(System.getProperty("kulkul.it.ear")),
                directory.resolve("dropins").resolve("kulkul.ear"));
        TestKey.SERVER_TRUSTS.publish(directory.resolve("key.pub"));
    }

    private void copy(Path from) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path source, BasicFileAttributes attributes) throws IOException {
                if (NOT_COPIED.contains(source.getFileName().toString())) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(directory.resolve(from.relativize(source)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path source, BasicFileAttributes attributes) throws IOException {
                Files.copy(source, directory.resolve(from.relativize(source)));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Gives the server a setting more, before it is started. */
    SecondServer withSetting(String key, String value) throws IOException {
        settings.append("<variable name='" + key + "' value='" + value + "'/>");
        Files.writeString(
                directory.resolve("configDropins").resolve("overrides").resolve("setting.xml"),
                "<server>" + settings + "</server>");
        return this;
    }

    /** Gives the server these keys, before it is started, instead of the one that signs the tests' tokens. */
    SecondServer trusting(String keys) throws IOException {
        Files.writeString(directory.resolve("key.pub"), keys);
        return this;
    }

    /** Gives the server one more file of configuration, before it is started. */
    SecondServer withDropin(Path file) throws IOException {
        Files.copy(file, directory.resolve("configDropins").resolve("overrides").resolve(file.getFileName()));
        return this;
    }

    /** Takes one of the files of configuration away that the server under test has. */
    SecondServer withoutDropin(String file) throws IOException {
        Files.delete(directory.resolve("configDropins").resolve("overrides").resolve(file));
        return this;
    }

    /** Puts a file into a directory below the server's {@code resources/}, before it is started. */
    SecondServer withResource(String folder, Path file) throws IOException {
        Path resources = Files.createDirectories(directory.resolve("resources").resolve(folder));
        Files.copy(file, resources.resolve(file.getFileName()));
        return this;
    }

    /** Deploys one more application, before the server is started. */
    SecondServer withApplication(WebArchive application) {
        application
                .as(ZipExporter.class)
                .exportTo(directory
                        .resolve("dropins")
                        .resolve(application.getName())
                        .toFile());
        return this;
    }

    /** Sets a variable of the server's environment, before it is started. */
    SecondServer withEnvironment(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Starts it; again, after it has ended. */
    SecondServer start() throws IOException {
        Path script =
                Path.of(System.getProperty("kulkul.it.wlp")).resolve("bin").resolve("server");
        ProcessBuilder builder = new ProcessBuilder(script.toString(), "run", name).redirectErrorStream(true);
        builder.environment().put("WLP_USER_DIR", SERVERS.toString());
        builder.environment().put("HTTP_PORT", Integer.toString(port));
        builder.environment()
                .put(
                        "MP_JWT_VERIFY_PUBLICKEY_LOCATION",
                        directory.resolve("key.pub").toUri().toString());
        builder.environment().putAll(environment);
        process = builder.start();
        if (!hooked) {
            // A test that is interrupted from outside leaves nothing running either.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly(), name + " end"));
            hooked = true;
        }
        Process started = process;
        Thread reader = new Thread(() -> readConsole(started), name + " console");
        reader.setDaemon(true);
        reader.start();
        return this;
    }

    private void readConsole(Process started) {
        try (BufferedReader lines = started.inputReader(Charset.defaultCharset())) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (console) {
                    console.add(line);
                    console.notifyAll();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the console has a line with this text, and gives the line. */
    String expectOnConsole(String text) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (console) {
            for (int looked = 0; ; ) {
                for (; looked < console.size(); looked++) {
                    if (console.get(looked).contains(text)) {
                        return console.get(looked);
                    }
                }
                long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (millis <= 0) {
                    throw new AssertionError("no " + text + " in " + String.join("\n", console));
                }
                console.wait(millis);
            }
        }
    }

    /** Waits until {@code /health/ready} says so. */
    SecondServer awaitReady() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(http("/health/ready")).timeout(PATIENCE).build();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (String answer = ask(request); !answer.isEmpty(); answer = ask(request)) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new AssertionError(name + " is not ready: " + answer + "\n" + messages());
            }
            Thread.sleep(200);
        }
        return this;
    }

    /** What is missing; empty where nothing is. */
    private static String ask(HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? "" : response.statusCode() + " " + response.body();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** What the server has logged since it was started last. */
    List<String> messages() throws IOException {
        return Files.readAllLines(directory.resolve("logs").resolve("messages.log"), StandardCharsets.UTF_8);
    }

    URI http(String path) {
        return URI.create("http://localhost:" + port + path);
    }

    URI webSocket(String path) {
        return URI.create("ws://localhost:" + port + path);
    }

    /** What {@code kill} and a container's end do. */
    void terminate() {
        // By its handle, because Process.destroy() also closes the pipe that the server's last words come through.
        process.toHandle().destroy();
    }

    /** SIGKILL: the server has no time to say goodbye. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /** SIGSTOP: the process is there, but nothing in it goes on. */
    void suspend() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT: it goes on. */
    void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("kill " + signal + " ended with " + code);
        }
    }

    /** The time for which processors have worked for it. */
    Duration cpuTime() {
        return process.toHandle().info().totalCpuDuration().orElseThrow();
    }

    /** Whether the process ends by itself now. */
    boolean ends() throws InterruptedException {
        return process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        if (process == null) {
            return;
        }
        process.toHandle().destroy();
        try {
            if (!ends()) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
