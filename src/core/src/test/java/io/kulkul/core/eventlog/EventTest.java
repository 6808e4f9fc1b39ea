package io.kulkul.core.eventlog;

import static io.kulkul.core.eventlog.Events.event;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an event remembers, so that it is worked out once however many clients it goes to. */
class EventTest {

    private final AtomicInteger worked = new AtomicInteger();

    /** Equal to another of the same name, as dialects' encodings and clients' filters are. */
    private record Named(String name, AtomicInteger worked) implements Encoding, Predicate<Event> {

        @Override
        public String encode(Event event) {
            worked.incrementAndGet();
            return name + " " + event.seq();
        }

        @Override
        public boolean test(Event event) {
            worked.incrementAndGet();
            return name.equals("yes");
        }
    }

    @Test
    void itIsEncodedOncePerEncoding() {
        Event event = event(1, 1);

        Encoded first = event.encoded(new Named("a", worked));
        Encoded again = event.encoded(new Named("a", worked));
        Encoded other = event.encoded(new Named("b", worked));

        assertThat(again).isSameAs(first);
        assertThat(other.text()).isEqualTo("b 1");
        assertThat(event.encoded(new Named("a", worked))).isSameAs(first);
        assertThat(worked).hasValue(2);
    }

    @Test
    void eachFilterIsTestedOnce() {
        Event event = event(1, 1);

        for (int client = 0; client < 10; client++) {
            assertThat(event.acceptedBy(new Named("yes", worked))).isTrue();
            assertThat(event.acceptedBy(new Named("no", worked))).isFalse();
        }

        assertThat(worked).hasValue(2);
    }

    @Test
    void itsPositionIsShownOnlyWhereTheNamespaceKeepsHistory() {
        Draft draft = new Draft(new ChannelId("", "a"), "e", "1", "id", null, null, null);

        assertThat(new Event(draft, "epoch", 7, false, 0, 1, 0).position()).isNull();
        assertThat(new Event(draft, "epoch", 7, true, 0, 1, 0).position())
                .returns("epoch", position -> position.epoch())
                .returns(7L, position -> position.seq());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "ü", "€uro", "😀", "a😀b\u0000"})
    void aFramesBytesAreThoseOfUtf8(String text) {
        assertThat(Encoded.of(text).bytes()).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
    }
}
