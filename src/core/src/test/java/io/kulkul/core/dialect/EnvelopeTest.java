package io.kulkul.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kulkul.core.dialect.Envelope.Incoming;
import io.kulkul.core.dialect.Envelope.Occasion;
import io.kulkul.core.dialect.Envelope.Verb;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A row that cannot work is refused where it is written. */
class EnvelopeTest {

    private static final Incoming SILENT = new Incoming("type", Map.of(), List.of(), null, null);

    @Test
    void everyRowHasAFrameForEventsAndForErrors() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Envelope("x", SILENT, Map.of(Occasion.EVENT, Frame.asNative()), DialectTraits.NONE));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Envelope("x", SILENT, Map.of(Occasion.ERROR, Frame.asNative()), DialectTraits.NONE));
    }

    @Test
    void aVerbAboutAChannelNeedsToKnowWhereItIs() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Incoming("type", Map.of("join", Verb.SUBSCRIBE), List.of(), null, null));
    }

    @Test
    void publishNeedsToKnowWhereThePayloadIs() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Incoming("type", Map.of("say", Verb.PUBLISH), List.of("room"), null, null));
    }

    @Test
    void aSystemMayHaveNativeEvents() {
        Envelope envelope = new Envelope(
                "x",
                SILENT,
                Map.of(Occasion.EVENT, Frame.asNative(), Occasion.ERROR, Frame.asNative()),
                DialectTraits.NONE);

        assertThat(new EnvelopeDialect(envelope, DialectContract.clock()).events(null))
                .isEqualTo(new NativeDialect().events(null));
    }

    @Test
    void theNativeDialectLeavesEverythingToTheSettings() {
        assertThat(new NativeDialect().traits())
                .isEqualTo(new DialectTraits(
                        DialectTraits.Pings.BOTH,
                        null,
                        null,
                        List.of(),
                        true,
                        true,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null));
    }
}
