package io.kulkul.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Runs what is in {@code test/} by Node, and has the modules of the pages checked by the TypeScript compiler that npm gave to the build.
 * Where there is no Node, or no npm was there, they are skipped with a warning, but not where everything has to run (CI).
 */
class NodeTest {
    private static final System.Logger LOG = System.getLogger(NodeTest.class.getName());
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    private static final Path TYPESCRIPT = MODULE.resolve("target/npm/node_modules/typescript/bin/tsc");
    private static final long PATIENCE_SECONDS = 120;

    @Test
    void everyTestOfTheConsolesModulesPasses() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", "--test"));
        try (Stream<Path> files = Files.list(MODULE.resolve("test"))) {
            files.map(Path::toString)
                    .filter(name -> name.endsWith(".test.js"))
                    .sorted()
                    .forEach(command::add);
        }

        assertThat(run(command)).containsPattern("# pass [1-9]").containsPattern("# fail 0");
    }

    @Test
    void everyNameAndArgumentInThePagesModulesIsRight() throws IOException, InterruptedException {
        if (!Files.exists(TYPESCRIPT)) {
            skip("npm gave no TypeScript");
        }

        run(List.of("node", TYPESCRIPT.toString(), "--project", "test/types"));
    }

    /** What it said; it must end well. */
    private static String run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(Files.createDirectories(MODULE.resolve("target")), "node", ".log");
        Process process = start(command, output);
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(output, StandardCharsets.UTF_8);
        Files.delete(output);
        assertThat(ended && process.exitValue() == 0).as(said).isTrue();
        return said;
    }

    private static Process start(List<String> command, Path output) throws IOException {
        try {
            return new ProcessBuilder(command)
                    .directory(MODULE.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException notInstalled) {
            return skip("Node is not installed");
        }
    }

    private static Process skip(String why) {
        assertThat(System.getenv("CI")).as(why).isNull();
        LOG.log(Level.WARNING, "THE CONSOLE'S MODULES ARE NOT TESTED: " + why);
        return abort(why);
    }
}
