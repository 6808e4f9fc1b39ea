package io.kulkul.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the server under test wrote to its log from a moment on. */
final class ServerLog {
    /** Where the server writes all that it logs. */
    static final Path DIRECTORY =
            Path.of(System.getProperty("kulkul.it.servers"), "servers", System.getProperty("kulkul.it.server"), "logs");

    private static final Path FILE = DIRECTORY.resolve("messages.log");

    private final int begin;

    private ServerLog(int begin) {
        this.begin = begin;
    }

    static ServerLog fromNow() throws IOException {
        return new ServerLog(lines().size());
    }

    /** The lines of stack traces. */
    List<String> stackTraces() throws IOException {
        return since().stream()
                .filter(line -> line.startsWith("\tat ") || line.matches(" +at .*"))
                .toList();
    }

    private List<String> since() throws IOException {
        List<String> lines = lines();
        return lines.subList(Math.min(begin, lines.size()), lines.size());
    }

    private static List<String> lines() throws IOException {
        return Files.readAllLines(FILE, StandardCharsets.UTF_8);
    }
}
