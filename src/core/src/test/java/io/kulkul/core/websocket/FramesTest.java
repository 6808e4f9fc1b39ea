package io.kulkul.core.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FramesTest {

    @Test
    void theUnmaskedFramesOfRfc6455() {
        assertThat(Frames.text("Hello")).isEqualTo(new byte[] {(byte) 0x81, 5, 'H', 'e', 'l', 'l', 'o'});
        assertThat(Frames.pong("Hello".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(new byte[] {(byte) 0x8a, 5, 'H', 'e', 'l', 'l', 'o'});
        assertThat(Frames.ping()).isEqualTo(new byte[] {(byte) 0x89, 0});
    }

    @ParameterizedTest
    @CsvSource({
        "125, 2, 7d",
        "126, 4, 7e007e",
        "65535, 4, 7effff",
        "65536, 10, 7f0000000000010000",
    })
    void aLengthHasAsFewBytesAsPossible(int length, int header, String lengthBytes) {
        byte[] frame = Frames.text("x".repeat(length));

        assertThat(frame).hasSize(header + length);
        StringBuilder hex = new StringBuilder();
        for (int at = 1; at < header; at++) {
            hex.append(String.format("%02x", frame[at]));
        }
        assertThat(hex).hasToString(lengthBytes);
    }

    @Test
    void aLengthCountsBytesAndNotCharacters() {
        assertThat(Frames.text("ü")).isEqualTo(new byte[] {(byte) 0x81, 2, (byte) 0xc3, (byte) 0xbc});
    }

    @Test
    void aCloseFrameHasACodeAndAReason() {
        assertThat(Frames.close(4413, "slow")).isEqualTo(new byte[] {(byte) 0x88, 6, 0x11, 0x3d, 's', 'l', 'o', 'w'});
        assertThat(Frames.close(1005, "never on the wire")).isEqualTo(new byte[] {(byte) 0x88, 0});
    }

    @Test
    void aReasonFitsAControlFrame() {
        assertThat(Frames.close(1000, "x".repeat(123))).hasSize(127);
        assertThatIllegalArgumentException().isThrownBy(() -> Frames.close(1000, "x".repeat(124)));
    }
}
