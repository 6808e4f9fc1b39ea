package io.kulkul.core.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kulkul.core.hub.Outcome;
import io.kulkul.core.hub.Outcome.Result;
import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.protocol.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a command's outcome on all instances is answered with. */
class AnsweredTest {

    private static Outcome outcome(Result result, String... unanswered) {
        return new Outcome(result, 1, List.of(unanswered));
    }

    @Test
    void aConnectionThatAnyInstanceHasIsFound() throws RefusedException {
        assertThat(Answered.found(outcome(Result.DONE))).isTrue();
        assertThat(Answered.found(outcome(Result.DONE, "b"))).isTrue();
    }

    @Test
    void aConnectionThatNobodyHasIsNotFound() throws RefusedException {
        assertThat(Answered.found(outcome(Result.NONE))).isFalse();
    }

    @Test
    void whereSomebodyHasNotAnsweredNobodyKnowsWhetherThereIsSuchAConnection() {
        assertThatThrownBy(() -> Answered.found(outcome(Result.NONE, "b")))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE);
                    assertThat(refused.explanation()).contains("instance b");
                });
    }

    @Test
    void whatOneInstanceCannotDoIsRefused() {
        assertThatThrownBy(() -> Answered.await(CompletableFuture.completedStage(outcome(Result.REFUSED))))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    }
}
