package io.kulkul.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kulkul.core.eventlog.Encoded;
import io.kulkul.core.eventlog.Event;
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

    @Test
    void everyNameIsThatOfItsDialect() {
        assertThat(Dialects.NAMES)
                .containsExactly(
                        "kulkul", "neurograph", "neurectomy", "pulse-radar", "phoenix-guardian", "cartographus")
                .allSatisfy(
                        name -> assertThat(dialects.pick("", name)).isNotNull().returns(name, Dialect::name));
        assertThat(dialects.names()).containsExactlyInAnyOrderElementsOf(Dialects.NAMES);
    }

    @Test
    void anotherDialectMayBeTheDefault() {
        assertThat(new Dialects("cartographus", Clock.systemUTC()).pick("", null))
                .isNotNull()
                .returns("cartographus", Dialect::name);
    }

    @Test
    void oneEventIsEncodedOncePerDialect() {
        Event event = DialectContract.happened("1", null, true);

        assertThat(Dialects.NAMES.stream()
                        .map(name -> encoded(event, name).text())
                        .distinct())
                .hasSize(6);
        assertThat(Dialects.NAMES)
                .allSatisfy(name -> assertThat(encoded(event, name)).isSameAs(encoded(event, name)));
    }

    private static Encoded encoded(Event event, String name) {
        return event.encoded(DialectContract.spoken(name, Clock.systemUTC()).events(null));
    }
}
