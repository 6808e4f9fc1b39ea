package io.kulkul.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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

    /** The lines with this text. */
    List<String> linesWith(String text) throws IOException {
        return since().stream().filter(line -> line.contains(text)).toList();
    }

    /** The files that the server has logged to so far, whatever for, with this ASCII text in them. */
    static List<Path> filesWith(String text) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(FILE.getParent())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                // In a charset that has a character for every byte: not all of these files are text.
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    private List<String> since() throws IOException {
        List<String> lines = lines();
        return lines.subList(Math.min(begin, lines.size()), lines.size());
    }

    private static List<String> lines() throws IOException {
        return Files.readAllLines(FILE, StandardCharsets.UTF_8);
    }
}
