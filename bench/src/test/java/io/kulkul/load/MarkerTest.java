package io.kulkul.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is written into a payload is found again in a frame. */
class MarkerTest {

    @Test
    void everythingThatWasWrittenIsRead() {
        byte[] frame = ("{\"payload\":\"" + "~".repeat(Marker.LENGTH) + "abc\"}").getBytes(US_ASCII);
        Marker.write(frame, 12, -1L, 7, 99_999, 2_000_000_000);

        int at = Marker.find(frame, 0, frame.length);

        assertThat(at).isEqualTo(12);
        assertThat(Marker.due(frame, at)).isEqualTo(-1L);
        assertThat(Marker.number(frame, at)).isEqualTo(7);
        assertThat(Marker.channel(frame, at)).isEqualTo(99_999);
        assertThat(Marker.seq(frame, at)).isEqualTo(2_000_000_000);
    }

    @Test
    void anEventWithoutAMarkerHasNone() {
        byte[] frame = "{\"type\":\"connected\",\"instance\":\"~KL and more that is no marker, although it is long\"}"
                .getBytes(US_ASCII);

        assertThat(Marker.find(frame, 0, frame.length)).isEqualTo(-1);
    }

    @Test
    void aMarkerThatIsCutOffIsNone() {
        byte[] frame = new byte[Marker.LENGTH];
        Marker.write(frame, 0, 1, 1, 1, 1);

        assertThat(Marker.find(frame, 0, frame.length - 1)).isEqualTo(-1);
    }

    @Test
    void payloadsHaveOnePlaceForIt() {
        for (Payload kind : Payload.values()) {
            for (int size : new int[] {Marker.LENGTH, 200, 4096}) {
                String template = new String(kind.template(size), US_ASCII);
                assertThat(template).containsOnlyOnce("~".repeat(Marker.LENGTH));
                assertThat(template.length()).as("about " + size).isBetween(size - 32, size + 32);
            }
        }
    }
}
