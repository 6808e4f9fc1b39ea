package io.kulkul.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The server keeps a session's query and writes it to a file when the socket breaks, which is how tokens came to lie beside the log.
 */
class HandshakeQueryTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "null, null",
                "'', ''",
                "token=secret, ''",
                "access_token=secret, ''",
                "%74oken=secret, ''",
                "token=secret&token=secret, ''",
                "channels=a&token=secret&flush=1, channels=a&flush=1",
                "channels=token, channels=token",
                "tokens=1&a, tokens=1&a"
            })
    void theTokenIsLeftOutOfTheQuery(String query, String without) {
        assertThat(HandshakeQuery.withoutToken(query)).isEqualTo(without);
    }
}
