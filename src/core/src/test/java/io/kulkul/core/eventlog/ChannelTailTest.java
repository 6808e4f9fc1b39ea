package io.kulkul.core.eventlog;

import static io.kulkul.core.eventlog.Events.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ring of a channel's newest events, as one thread sees it. */
class ChannelTailTest {

    private static ChannelTail tail(int capacity, int events) {
        ChannelTail tail = new ChannelTail(capacity);
        for (long seq = 1; seq <= events; seq++) {
            tail.append(event(seq, seq));
        }
        return tail;
    }

    @Test
    void anEmptyTailBeginsAtOneAndEndsAtZero() {
        ChannelTail tail = tail(4, 0);

        assertThat(tail.first()).isEqualTo(1);
        assertThat(tail.last()).isZero();
        assertThat(tail.get(0)).isNull();
        assertThat(tail.get(1)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 16, 17, 100, 256})
    void theNewestEventsAreHeldAtEveryLength(int capacity) {
        ChannelTail tail = new ChannelTail(capacity);
        for (int length = 1; length <= 600; length++) {
            tail.append(event(length, length));

            assertThat(tail.last()).isEqualTo(length);
            assertThat(tail.first()).isEqualTo(Math.max(1, length - capacity + 1));
            for (long seq = Math.max(0, length - capacity - 2); seq <= length + 2; seq++) {
                boolean held = seq >= tail.first() && seq <= length;
                Event found = tail.get(seq);
                assertThat(found == null ? -1 : found.seq())
                        .as("event %d of %d", seq, length)
                        .isEqualTo(held ? seq : -1);
            }
        }
    }

    @Test
    void anEventThatDoesNotFollowIsRefused() {
        ChannelTail tail = tail(4, 3);

        assertThatIllegalArgumentException().isThrownBy(() -> tail.append(event(3, 0)));
        assertThatIllegalArgumentException().isThrownBy(() -> tail.append(event(5, 0)));
    }

    @Test
    void aTailHoldsAtLeastOneEvent() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ChannelTail(0));
    }

    @Test
    void whatIsTooOldIsLetGo() {
        ChannelTail tail = tail(100, 20);

        tail.expire(15);

        assertThat(tail.first()).isEqualTo(15);
        assertThat(tail.get(14)).isNull();
        assertThat(tail.get(15)).isNotNull();
        assertThat(tail.last()).isEqualTo(20);
    }

    @Test
    void aTailOfWhichAllIsTooOldIsEmptyAndGoesOnCounting() {
        ChannelTail tail = tail(100, 20);

        tail.expire(1000);
        tail.append(event(21, 2000));

        assertThat(tail.first()).isEqualTo(21);
        assertThat(tail.last()).isEqualTo(21);
        assertThat(tail.get(20)).isNull();
        assertThat(tail.get(21)).isNotNull();
    }

    @Test
    void aTailThatWasEmptiedGrowsAgain() {
        ChannelTail tail = tail(64, 64);
        tail.expire(1000);

        for (long seq = 65; seq <= 200; seq++) {
            tail.append(event(seq, seq + 1000));
        }

        assertThat(tail.first()).isEqualTo(137);
        for (long seq = 137; seq <= 200; seq++) {
            assertThat(tail.get(seq)).isNotNull();
        }
    }

    @Test
    void expiringAnEmptyTailDoesNothing() {
        ChannelTail tail = tail(4, 0);

        tail.expire(1000);
        tail.append(event(1, 2000));

        assertThat(tail.get(1)).isNotNull();
    }

    @Test
    void aRunIsJoinedOnceForAllThatAskForItSoon() {
        ChannelTail tail = tail(8, 8);
        AtomicInteger joins = new AtomicInteger();
        Encoding encoding = event -> "x";

        Encoded first = run(tail, 1, 3, encoding, () -> "joined " + joins.incrementAndGet());
        Encoded second = run(tail, 1, 3, encoding, () -> "joined " + joins.incrementAndGet());

        assertThat(second).isSameAs(first);
        assertThat(joins).hasValue(1);
    }

    @Test
    void anotherRunOrAnotherEncodingIsJoinedAnew() {
        ChannelTail tail = tail(8, 8);
        Encoding one = event -> "x";
        Encoding other = event -> "y";

        assertThat(run(tail, 1, 3, one, () -> "a").text()).isEqualTo("a");
        assertThat(run(tail, 1, 4, one, () -> "b").text()).isEqualTo("b");
        assertThat(run(tail, 2, 3, one, () -> "c").text()).isEqualTo("c");
        assertThat(run(tail, 1, 3, other, () -> "d").text()).isEqualTo("d");
        assertThat(run(tail, 1, 3, one, () -> "e").text()).isEqualTo("a");
    }

    @Test
    void fewJoinedRunsAreKeptAndNoneLongerThanUntilTheNextExpiry() {
        ChannelTail tail = tail(8, 8);
        Encoding encoding = event -> "x";
        run(tail, 1, 2, encoding, () -> "old");
        for (long to = 3; to <= 6; to++) {
            run(tail, 1, to, encoding, () -> "newer");
        }

        assertThat(run(tail, 1, 2, encoding, () -> "new").text()).isEqualTo("new");
        tail.expire(0);
        assertThat(run(tail, 1, 2, encoding, () -> "newest").text()).isEqualTo("newest");
    }

    @Test
    void aRunOfWhatAFilterAcceptsIsAnotherOne() {
        ChannelTail tail = tail(8, 8);
        Encoding encoding = event -> "x";
        Predicate<Event> odd = event -> event.seq() % 2 == 1;

        assertThat(run(tail, 1, 3, encoding, () -> "all").text()).isEqualTo("all");
        assertThat(run(tail, 1, 3, encoding, odd, () -> "odd").text()).isEqualTo("odd");
        assertThat(run(tail, 1, 3, encoding, odd, () -> "again").text()).isEqualTo("odd");
    }

    private static Encoded run(ChannelTail tail, long from, long upTo, Encoding encoding, Supplier<String> text) {
        return run(tail, from, upTo, encoding, null, text);
    }

    private static Encoded run(
            ChannelTail tail,
            long from,
            long upTo,
            Encoding encoding,
            @Nullable Predicate<Event> filter,
            Supplier<String> text) {
        return tail.run(
                        from,
                        upTo,
                        encoding,
                        filter,
                        (of, first, last, look, wanted) ->
                                new Run(first, last, last, look, wanted, Encoded.of(text.get()), 1, 0))
                .encoded();
    }

    @Test
    void anEventThatLeavesTheTailLosesItsFrames() {
        ChannelTail tail = new ChannelTail(2);
        AtomicInteger encodes = new AtomicInteger();
        Encoding encoding = event -> "frame " + encodes.incrementAndGet();
        Event event = event(1, 1);
        tail.append(event);
        event.encoded(encoding);
        event.encoded(encoding);

        tail.append(event(2, 2));
        tail.append(event(3, 3));

        assertThat(encodes).hasValue(1);
        assertThat(event.encoded(encoding).text()).isEqualTo("frame 2");
    }
}
