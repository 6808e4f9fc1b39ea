package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Requests are in the access log, and their tokens are in no file that the server writes. */
abstract class LoggedTokens {
    private static final Path ACCESS_LOG = ServerLog.DIRECTORY.resolve("http_access.log");
    private static final byte[] NO_FRAME = {(byte) 0xff, (byte) 0xff, 0, 0, 0, 0};

    private final String tenant = "logged-" + UUID.randomUUID();
    private final String token = Tokens.forUser("logged").inTenant(tenant).token();

    @Test
    void theAccessLogHasTheHandshakeWithoutItsQuery() throws Exception {
        try (KulkulClient client =
                KulkulClient.to("/ws/" + tenant + "?token=" + token).connect()) {
            client.expect("connected");
            // While it is there: Open Liberty skips a line whose request the end of the connection has cleared.
            assertThat(accessLogLine()).contains("GET /ws/" + tenant + " HTTP/1.1 101");
        }

        assertThat(filesWith(signature())).isEmpty();
    }

    @Test
    void aBrokenFrameBringsNoTokenIntoAFile() throws Exception {
        for (RawWebSocket client : List.of(
                new RawWebSocket("/ws/" + tenant + "?token=" + token, "X-Nothing: 0"),
                new RawWebSocket("/ws/" + tenant, "Authorization: Bearer " + token))) {
            try (client) {
                client.textWith("\"connected\"");
                assertThat(client.bytes(NO_FRAME).closeCode()).isEqualTo(1002);
            }
        }

        assertThat(filesWith(signature())).isEmpty();
    }

    private String signature() {
        return token.substring(token.lastIndexOf('.') + 1);
    }

    /** The log is written some time after the answer. */
    private String accessLogLine() throws IOException {
        long deadline = System.nanoTime() + KulkulClient.PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            for (String line : Files.readAllLines(ACCESS_LOG, StandardCharsets.ISO_8859_1)) {
                if (line.contains(tenant)) {
                    return line;
                }
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("no " + tenant + " in " + ACCESS_LOG);
    }

    static List<Path> filesWith(String text) throws IOException {
        try (Stream<Path> files = Files.walk(ServerLog.DIRECTORY)) {
            List<Path> with = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                    with.add(file);
                }
            }
            return with;
        }
    }
}
