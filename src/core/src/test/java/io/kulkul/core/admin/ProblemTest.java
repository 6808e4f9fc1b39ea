package io.kulkul.core.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.json.Json;
import io.kulkul.core.protocol.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemTest {

    @Test
    void aRefusalIsWrittenWithItsCodeAndStatus() {
        Problem problem = Problem.of(new RefusedException(ErrorCode.BAD_CHANNEL, "not \"that\" one"));

        assertThat(problem.json())
                .isEqualTo("{\"type\":\"urn:kulkul:problem:bad_channel\",\"title\":\"Bad channel\",\"status\":400,"
                        + "\"detail\":\"not \\\"that\\\" one\",\"code\":\"bad_channel\"}");
    }

    @Test
    void anInternalErrorTellsItsCorrelationAndNothingElse() {
        assertThat(Problem.internal("c-1").json())
                .isEqualTo("{\"type\":\"urn:kulkul:problem:internal\",\"title\":\"Internal\",\"status\":500,"
                        + "\"detail\":\"internal error\",\"code\":\"internal\",\"correlation\":\"c-1\"}");
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyErrorCodeIsAnErrorInHttp(ErrorCode code) throws Exception {
        Problem problem = Problem.of(new RefusedException(code, "why"));

        assertThat(problem.status().getStatusCode()).isBetween(400, 599);
        assertThat(Json.members(problem.json())).containsKeys("type", "title", "status", "detail", "code");
    }
}
