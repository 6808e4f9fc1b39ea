package io.kulkul.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The codes of close frames. */
class CloseCodeTest {

    @Test
    void theyAreThoseOfTheProtocol() {
        assertThat(CloseCode.values())
                .extracting(CloseCode::code)
                .containsExactly(1000, 1001, 1009, 1012, 1013, 4400, 4401, 4403, 4408, 4409, 4410, 4413, 4429);
    }

    @Test
    void aReasonFitsIntoACloseFrame() {
        assertThat(CloseCode.values())
                .allSatisfy(code -> assertThat(code.reason().getBytes(StandardCharsets.UTF_8))
                        .hasSizeBetween(1, 123));
    }
}
