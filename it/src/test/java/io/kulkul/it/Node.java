package io.kulkul.it;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A copy of one of the examples for Node, with its dependencies as its lock file pins them. */
final class Node {
    private static final long PATIENCE_SECONDS = 120;

    /** npm's words for that. */
    private static final List<String> NO_REGISTRY =
            List.of("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "E403", "E407");

    private final Path directory;

    private Node(Path directory) {
        this.directory = directory;
    }

    /** Copies the example of this name into the build's directory, and installs what it needs there. */
    static Node example(String name) throws IOException, InterruptedException {
        Path examples = Path.of(System.getProperty("kulkul.it.examples"));
        // As deep as the original, because an example may depend on the client by its path in the repository.
        Path root = Path.of(System.getProperty("kulkul.it.servers")).resolveSibling("repository");
        copy(examples.resolve("../../src/client"), root.resolve("src").resolve("client"));
        Path to = copy(
                examples.resolve(name), root.resolve("docs").resolve("examples").resolve(name));
        Node node = new Node(to);
        node.install();
        return node;
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

    /** Skips the test where Node is not installed, but not where everything has to run (CI). */
    static void assumeThere() throws IOException, InterruptedException {
        try {
            new ProcessBuilder("node", "--version")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException noNode) {
            assumeTrue(System.getenv("CI") != null, "Node is not there");
            throw noNode;
        }
    }

    /** Where the copy is. */
    Path directory() {
        return directory;
    }

    /** Skips the test where there is no npm, as where there is no browser, or no registry: that is not the project's to mend. */
    private void install() throws IOException, InterruptedException {
        try {
            run("", "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1");
        } catch (IOException noNpm) {
            assumeTrue(System.getenv("CI") != null, "npm is not there");
            throw noNpm;
        } catch (AssertionError failed) {
            String said = String.valueOf(failed.getMessage());
            assumeFalse(NO_REGISTRY.stream().anyMatch(said::contains), "npm reaches no registry");
            throw failed;
        }
    }

    /** Runs the program with this standard input, and gives what it said; it must end well. */
    String run(String input, String... command) throws IOException, InterruptedException {
        Path log = directory.resolve("output.log");
        Process process = new ProcessBuilder(List.of(command))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try (var stream = process.getOutputStream()) {
            stream.write(input.getBytes(StandardCharsets.UTF_8));
        }
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(log);
        if (!ended || process.exitValue() != 0) {
            throw new AssertionError(String.join(" ", command) + (ended ? " failed: " : " did not end: ") + said);
        }
        return said;
    }
}
