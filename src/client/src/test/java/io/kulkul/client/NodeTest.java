package io.kulkul.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Runs what is in {@code test/} by Node, and checks the types by the TypeScript compiler. Without Node, or without a registry to install
 * the compiler from, they are skipped with a warning, but not where everything has to run (CI).
 */
class NodeTest {
    private static final System.Logger LOG = System.getLogger(NodeTest.class.getName());
    private static final boolean ALL_HAVE_TO_RUN = System.getenv("CI") != null;
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    private static final Path TARGET = MODULE.resolve("target");
    private static final int OLDEST_NODE = 20;
    private static final long PATIENCE_SECONDS = 180;
    private static final List<String> NO_REGISTRY =
            List.of("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "E403", "E407");

    @BeforeAll
    static void findNode() throws IOException, InterruptedException {
        try {
            String version = run(MODULE, "node", "--version");
            if (Integer.parseInt(version.trim().replaceFirst("v(\\d+).*", "$1")) < OLDEST_NODE) {
                skip("Node " + OLDEST_NODE + " or later is needed, here is " + version.trim());
            }
        } catch (IOException notInstalled) {
            skip("Node is not installed: " + notInstalled.getMessage());
        }
    }

    @Test
    void everyTestOfTheClientPasses() throws IOException, InterruptedException {
        String said = run(
                MODULE, Stream.concat(Stream.of("node", "--test"), testFiles()).toArray(String[]::new));

        assertThat(said).containsPattern("(?m)^# pass [1-9]").containsPattern("(?m)^# fail 0$");
    }

    @Test
    void theTypesAreCheckedStrictly() throws IOException, InterruptedException {
        Path here = copy(MODULE.resolve("test").resolve("types"), TARGET.resolve("types"));
        install(here);
        copy(MODULE, here.resolve("node_modules").resolve("@kulkul").resolve("client"));

        run(here, "npm", "run", "check");
    }

    private static Stream<String> testFiles() throws IOException {
        try (Stream<Path> files = Files.list(MODULE.resolve("test"))) {
            return files.map(Path::toString).filter(name -> name.endsWith(".test.js")).sorted().toList().stream();
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.write(to.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        return to;
    }

    private static void install(Path here) throws IOException, InterruptedException {
        try {
            run(here, "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1");
        } catch (AssertionError failed) {
            if (NO_REGISTRY.stream().anyMatch(String.valueOf(failed.getMessage())::contains)) {
                skip("npm reaches no registry");
            }
            throw failed;
        }
    }

    private static void skip(String why) {
        LOG.log(Level.WARNING, "THE TESTS OF THE CLIENT ARE NOT RUN: " + why);
        assertThat(ALL_HAVE_TO_RUN).as(why).isFalse();
        abort(why);
    }

    /** What it said; it must end well. */
    private static String run(Path here, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(Files.createDirectories(TARGET), "node", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(here.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Process process = builder.start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(output, StandardCharsets.UTF_8);
        Files.delete(output);
        assertThat(ended && process.exitValue() == 0)
                .as(String.join(" ", command) + (ended ? " failed: " : " did not end: ") + said)
                .isTrue();
        return said;
    }
}
