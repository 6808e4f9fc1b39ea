package io.kulkul.dev;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * The server as a child process that never outlives this one: its output goes to ours, our end is its end.
 *
 * <p>It is ended by SIGTERM and then given time, because the application tells its clients on SIGTERM that it goes away.
 */
final class ServerProcess {
    /** Liberty's "the server is ready", the last line of a start. */
    private static final String READY_MESSAGE = "CWWKF0011I";

    private static final int SECONDS_TO_END = 40;

    /** Nothing to complain about: an orderly stop, Ctrl-C, SIGTERM. */
    private static final Set<Integer> ENDED_BY_SIGNAL = Set.of(0, 130, 143);

    private final Process process;
    private final CountDownLatch readyMessageSeen = new CountDownLatch(1);

    private volatile boolean endedByUs;

    private ServerProcess(Process process) {
        this.process = process;
    }

    static ServerProcess start(Path wlp, String server, Map<String, String> environment, PrintStream out)
            throws IOException {
        boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
        Path script = wlp.resolve("bin").resolve(windows ? "server.bat" : "server");
        ProcessBuilder builder = new ProcessBuilder(script.toString(), "run", server).redirectErrorStream(true);
        builder.environment().putAll(environment);
        ServerProcess started = startGuarded(builder);
        Thread output = new Thread(() -> started.copyOutput(out), "server output");
        output.setDaemon(true);
        output.start();
        return started;
    }

    boolean hasPrintedReady() {
        return readyMessageSeen.getCount() == 0;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Returns when the server has been ended by a signal sent to it. Does not return when this process is ending too.
     *
     * @throws IllegalStateException when it ended by itself
     */
    void waitForEnd() throws InterruptedException {
        int exitCode = process.waitFor();
        if (endedByUs) {
            // Maven would go on with its next step while the process is on its way out.
            new CountDownLatch(1).await();
        }
        if (!ENDED_BY_SIGNAL.contains(exitCode)) {
            throw new IllegalStateException("The server ended with exit code " + exitCode + ": its output says why.");
        }
    }

    /** Blocks until the server is gone, for 40 s at most before it is killed. Safe to call more than once. */
    void end() {
        // By its handle, because Process.destroy() also closes the pipe that the server's last words come through.
        process.toHandle().destroy();
        try {
            if (!process.waitFor(SECONDS_TO_END, SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Under one lock with the hook, so that a signal during the start cannot leave the child behind. */
    private static ServerProcess startGuarded(ProcessBuilder builder) throws IOException {
        Object lock = new Object();
        ServerProcess[] started = new ServerProcess[1];
        Thread hook = new Thread(
                () -> {
                    synchronized (lock) {
                        if (started[0] != null) {
                            started[0].endedByUs = true;
                            started[0].end();
                        }
                    }
                },
                "end of the server");
        synchronized (lock) {
            Runtime.getRuntime().addShutdownHook(hook);
            started[0] = new ServerProcess(builder.start());
            return started[0];
        }
    }

    private void copyOutput(PrintStream out) {
        try (BufferedReader lines = process.inputReader(Charset.defaultCharset())) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.println(line);
                if (line.contains(READY_MESSAGE)) {
                    readyMessageSeen.countDown();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
