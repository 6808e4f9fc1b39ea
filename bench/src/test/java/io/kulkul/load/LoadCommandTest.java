package io.kulkul.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Options that are right make a plan; wrong ones are refused with a message that names them. */
class LoadCommandTest {

    @Test
    void optionsMakeAPlan() {
        LoadPlan plan = plan(
                "--url",
                "ws://localhost:9080/ws",
                "--connections",
                "1000",
                "--channels",
                "100",
                "--rate",
                "2000",
                "--size",
                "4096",
                "--slow",
                "50",
                "--duration",
                "PT30S",
                "--batch",
                "--flush",
                "20",
                "--payload",
                "json");

        assertThat(plan.connections()).isEqualTo(1000);
        assertThat(plan.duration()).isEqualTo(Duration.ofSeconds(30));
        assertThat(plan.payload()).isEqualTo(Payload.JSON);
        assertThat(plan.target().path()).isEqualTo("/ws?flush=20");
        assertThat(plan.target().authority()).isEqualTo("localhost:9080");
    }

    @ParameterizedTest
    @CsvSource({
        "--connections, 0, --connections is 1 to 25000",
        "--connections, many, --connections",
        "--slow, 100, --slow is 0 to 99",
        "--channels, 1000001, --channels is 1 to 1000000",
        "--subscriptions, 2, --subscriptions is 1 to 1",
        "--rate, -1, --rate is 0 to 1000000",
        "--size, 43, --size is 44 to 1000000",
        "--duration, PT2H, --duration is PT0.1S to PT1H",
        "--duration, 30, --duration",
        "--flush, 20, --flush needs --batch",
        "--payload, xml, --payload",
        "--prefix, a b, --prefix is",
        "--url, http://localhost/ws, not a WebSocket URL",
        "--url, wss://localhost/ws, TLS is not supported",
        "--url, ws://192.0.2.1/ws, --allow-remote",
        "--unknown, x, --unknown"
    })
    void aWrongOptionIsNamed(String option, String value, String message) {
        assertThatThrownBy(() -> plan(option, value))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(message);
    }

    @Test
    void anotherMachineIsPutUnderLoadWhereThatIsAllowed() {
        assertThat(plan("--url", "ws://192.0.2.1:81/ws", "--allow-remote")
                        .target()
                        .authority())
                .isEqualTo("192.0.2.1:81");
    }

    @Test
    void tokensAreTakenInTurn(@TempDir Path directory) throws Exception {
        Path file = Files.write(directory.resolve("tokens"), List.of("one", "", "two"));

        LoadPlan plan = plan("--token-file", file.toString());

        assertThat(plan.token(0)).isEqualTo("one");
        assertThat(plan.token(1)).isEqualTo("two");
        assertThat(plan.token(2)).isEqualTo("one");
    }

    @Test
    void twoSourcesOfTokensAreRefused(@TempDir Path directory) {
        assertThatThrownBy(() -> plan("--token", "a", "--token-file", directory.toString()))
                .hasMessageContaining("cannot both be given");
    }

    @Test
    void subscriptionsGoRoundAllChannels() {
        LoadPlan plan = plan("--connections", "10", "--slow", "2", "--channels", "4", "--subscriptions", "2");

        assertThat(plan.channel(3, 1)).isEqualTo(3);
        assertThat(plan.subscription(3, 3)).isEqualTo(1);
        assertThat(plan.subscription(3, 0)).as("none").isGreaterThanOrEqualTo(2);
        assertThat(plan.readers()).containsExactly(4, 4, 4, 4);
    }

    @Test
    void theExitCodeOfAWrongOptionIsTwo() {
        StringWriter messages = new StringWriter();
        CommandLine command = LoadCommand.commandLine().setErr(new PrintWriter(messages));

        assertThat(command.execute("--slow", "-1")).isEqualTo(2);
        assertThat(messages.toString()).contains("--slow is 0 to 99, not -1").contains("Usage: kulkul-load");
    }

    private static LoadPlan plan(String... options) {
        return LoadCommand.parse(List.of(options));
    }
}
