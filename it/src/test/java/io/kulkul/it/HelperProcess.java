package io.kulkul.it;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of a test's own with the tests' class path. It ends when the test closes or kills it, and when the test's JVM ends in whatever
 * way: its standard input ends then.
 */
final class HelperProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String READY = "the helper is ready";

    private final Process process;

    /**
     * Starts the class's {@code main} and waits until it has called {@link #serveUntilTheTestEnds}.
     *
     * @param log what it writes is appended here
     */
    HelperProcess(Class<?> main, Path log, String... arguments) throws IOException {
        Files.createDirectories(log.getParent());
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        Collections.addAll(command, arguments);
        File file = log.toFile();
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(file))
                .start();
        BufferedReader output = process.inputReader(Charset.defaultCharset());
        String line = output.readLine();
        while (line != null && !line.equals(READY)) {
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException(main.getSimpleName() + " did not start: " + Files.readString(log));
        }
        Thread drain = new Thread(() -> drain(output), main.getSimpleName() + " output");
        drain.setDaemon(true);
        drain.start();
    }

    private static void drain(BufferedReader output) {
        try (output) {
            while (output.readLine() != null) {
                // Only so that it does not wait for a reader.
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For the helper's {@code main}: says that it is ready, and returns when it is to end. */
    static void serveUntilTheTestEnds(PrintStream output) throws IOException {
        output.println(READY);
        output.flush();
        while (System.in.read() >= 0) {
            // Nobody writes; only the end counts.
        }
    }

    /** SIGKILL: it has no time to say goodbye. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /** Lets it end by itself. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            // It has ended before.
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
