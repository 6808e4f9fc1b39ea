package io.kulkul.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A server of a test's own, started by the script that an operator uses: a copy of the one under test, with the EAR in its
 * {@code dropins/} and a port of its own.
 */
final class SecondServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Path SERVERS = Path.of(System.getProperty("kulkul.it.servers"));
    private static final Set<String> NOT_COPIED = Set.of("logs", "workarea", "apps", "dropins", "temp");

    private final Path directory;
    private final String name;
    private final int port;
    private final List<String> console = new ArrayList<>();
    private final StringBuilder settings = new StringBuilder();
    private Process process;

    /** Copies the server; the name is a directory's name and nobody else's. */
    SecondServer(String name) throws IOException {
        this.name = name;
        this.port = freePort();
        this.directory = SERVERS.resolve("servers").resolve(name);
        copy(SERVERS.resolve("servers").resolve(System.getProperty("kulkul.it.server")));
        Files.createDirectories(directory.resolve("dropins"));
        Files.copy(
                Path.of(System.getProperty("kulkul.it.ear")),
                directory.resolve("dropins").resolve("kulkul.ear"));
        TestKey.SERVER_TRUSTS.publish(directory.resolve("key.pub"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
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
        process = builder.start();
        Thread reader = new Thread(this::readConsole, name + " console");
        reader.setDaemon(true);
        reader.start();
        return this;
    }

    private void readConsole() {
        try (BufferedReader lines = process.inputReader(Charset.defaultCharset())) {
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
