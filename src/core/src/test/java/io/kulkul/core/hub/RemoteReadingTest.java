package io.kulkul.core.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kulkul.core.protocol.ErrorCode;
import io.kulkul.core.testkit.TestCluster;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How an operator who asks one instance sees what another one has. */
class RemoteReadingTest {

    private final TestCluster cluster = new TestCluster();
    private final TestCluster.Instance a = cluster.start("a");
    private final TestCluster.Instance b = cluster.start("b");

    @BeforeEach
    void letBAnswer() {
        b.hub().hub().reading().readBy((hub, what, tenant, parameters) -> {
            if (what.equals("secrets")) {
                throw new RefusedException(ErrorCode.BAD_REQUEST, "not that");
            }
            return "{\"by\":\"" + hub.instance() + ' ' + what + ' ' + tenant + ' ' + new TreeMap<>(parameters) + "\"}";
        });
    }

    @Test
    void theInstanceThatIsNamedAnswers() throws Exception {
        CompletableFuture<RemoteReading.Answer> answer = ask("b", "channels");
        cluster.settle();

        assertThat(answer.getNow(null).orRefusal()).isEqualTo("{\"by\":\"b channels acme {limit=10, search=\u00e4}\"}");
    }

    @Test
    void aRefusalIsARefusalHere() throws Exception {
        CompletableFuture<RemoteReading.Answer> answer = ask("b", "secrets");
        cluster.settle();

        assertThatThrownBy(() -> answer.getNow(null).orRefusal())
                .isInstanceOf(RefusedException.class)
                .satisfies(e -> assertThat(((RefusedException) e).explanation()).isEqualTo("not that"));
    }

    @Test
    void anInstanceThatNobodyKnowsIsRefusedAtOnce() {
        assertThatThrownBy(() -> ask("c", "channels")).isInstanceOf(RefusedException.class);
    }

    @Test
    void anInstanceThatDoesNotAnswerIsUnavailable() throws Exception {
        cluster.kill(b);
        CompletableFuture<RemoteReading.Answer> answer = ask("b", "channels");
        cluster.pass(Duration.ofSeconds(3));

        assertThat(answer.getNow(null).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void anInstanceWhereNobodyReadsIsUnavailable() throws Exception {
        CompletableFuture<RemoteReading.Answer> answer =
                b.hub().hub().reading().ask("a", "channels", "", Map.of()).toCompletableFuture();
        cluster.settle();

        assertThat(answer.getNow(null).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    private CompletableFuture<RemoteReading.Answer> ask(String instance, String what) throws RefusedException {
        return a.hub()
                .hub()
                .reading()
                .ask(instance, what, "acme", Map.of("search", "\u00e4", "limit", "10"))
                .toCompletableFuture();
    }
}
