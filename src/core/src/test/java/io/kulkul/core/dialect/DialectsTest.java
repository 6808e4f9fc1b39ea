package io.kulkul.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a connection picks its dialect. */
class DialectsTest {

    private final Dialects dialects = new Dialects("kulkul", Clock.systemUTC());

    @Test
    void theFirstKnownSubprotocolIsTaken() {
        assertThat(Dialects.negotiate(List.of("mqtt", "kulkul.v1+batch", "kulkul.v1")))
                .isEqualTo("kulkul.v1+batch");
        assertThat(Dialects.negotiate(List.of("kulkul.v1", "kulkul.v1+batch"))).isEqualTo("kulkul.v1");
        assertThat(Dialects.negotiate(List.of("mqtt", "KULKUL.V1"))).isEmpty();
        assertThat(Dialects.negotiate(List.of())).isEmpty();
    }

    @Test
    void aSubprotocolGoesBeforeTheQuery() {
        assertThat(dialects.pick("kulkul.v1", "klingon")).isInstanceOf(NativeDialect.class);
    }

    @Test
    void theQueryGoesBeforeTheDefault() {
        assertThat(dialects.pick("", "kulkul")).isInstanceOf(NativeDialect.class);
        assertThat(dialects.pick("", "klingon")).isNull();
        assertThat(dialects.pick("", "")).isNull();
    }

    @Test
    void withoutBothTheDefaultIsTaken() {
        assertThat(dialects.pick("", null)).isInstanceOf(NativeDialect.class);
    }

    @Test
    void anUnknownDefaultIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Dialects("klingon", Clock.systemUTC()))
                .withMessageContaining("klingon");
    }
}
