package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thousand clients come back to a server that was killed and started again. */
class HerdIT {
    private static final Path CLIENT = Path.of(System.getProperty("kulkul.it.examples"), "../../src/client/kulkul.js");
    private static final Path PROGRAM = Path.of("src", "test", "resources", "client", "herd.mjs");
    private static final Path FIGURES = Path.of("target", "herd.txt");
    private static final int CLIENTS = 1000;

    @Test
    @Timeout(300)
    void noSecondSeesMoreThanTwelveOfAHundredOfThem() throws Exception {
        Node.assumeThere();
        try (SecondServer server = new SecondServer("kulkulHerd")
                .withoutDropin("kulkul.xml")
                .withoutDropin("database.xml")
                .start()
                .awaitReady()) {
            Process herd = new ProcessBuilder(
                            "node",
                            "--experimental-websocket",
                            PROGRAM.toAbsolutePath().toString(),
                            CLIENT.toRealPath().toUri().toString(),
                            server.webSocket("/ws").toString(),
                            Tokens.forAdministrator().token(),
                            Integer.toString(CLIENTS))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader said = herd.inputReader(StandardCharsets.UTF_8)) {
                assertThat(said.readLine()).isEqualTo("open");
                server.kill();
                server.start().awaitReady();

                List<Integer> figures = Arrays.stream(said.readLine().split(" "))
                        .map(Integer::valueOf)
                        .toList();

                Files.writeString(
                        FIGURES,
                        CLIENTS + " clients, busiest second: " + figures.get(0) + " attempts, " + figures.get(1)
                                + " answered; all back after " + figures.get(3) + " ms; slowest answer "
                                + figures.get(4) + " ms\n");
                assertThat(figures.get(0)).as("attempts in the busiest second").isLessThanOrEqualTo(CLIENTS * 12 / 100);
                // How many are answered in one second is the machine's affair. Those that come while the application is
                // starting are answered together then: up to 142 where the first window was 13 s.
                assertThat(figures.get(2)).as("came back").isEqualTo(CLIENTS);
            } finally {
                herd.destroyForcibly();
            }
        }
    }
}
