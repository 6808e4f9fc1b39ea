package io.kulkul.core.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.websocket.Frames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodedTest {

    @Test
    void aLengthIsInBytes() {
        assertThat(Encoded.of("{}").bytes()).isEqualTo(2);
        assertThat(Encoded.of("\"\u00fc\u20ac\ud83d\ude00\"").bytes()).isEqualTo(2 + 2 + 3 + 4);
    }

    @Test
    void theBytesAreMadeOnce() throws IOException {
        List<byte[]> written = new ArrayList<>();
        OutputStream out = new ByteArrayOutputStream() {
            @Override
            public void write(byte[] bytes) {
                written.add(bytes);
            }
        };
        Encoded frame = Encoded.joined(List.of(Encoded.of("1"), Encoded.of("2")));

        frame.writeTo(out);
        frame.writeTo(out);

        assertThat(written).hasSize(2);
        assertThat(written.get(0)).isSameAs(written.get(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 40, 41, 42, 43, 30_000})
    void whatIsJoinedIsAnArrayAsTextAndOnTheWire(int count) throws IOException {
        String part = "\"\u00fc\"";
        String array = "[" + String.join(",", Collections.nCopies(count, part)) + "]";
        Encoded joined = Encoded.joined(Collections.nCopies(count, Encoded.of(part)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        joined.writeTo(out);

        assertThat(joined.text()).isEqualTo(array);
        assertThat(joined.bytes()).isEqualTo(array.getBytes(StandardCharsets.UTF_8).length);
        assertThat(out.toByteArray()).isEqualTo(Frames.text(array));
    }
}
