package io.kulkul.core.channel;

import static io.kulkul.core.channel.TestChannels.seqs;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.api.Position;
import io.kulkul.core.protocol.Since;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a subscriber of one channel is given of the time before it came, and whether that is all. */
class ReplayTest {

    private final TestChannels test = new TestChannels(1000);

    private static void assertAll(Replay replay, long from, long to) {
        assertThat(replay.recovered()).isTrue();
        assertThat(seqs(replay.events())).containsExactlyElementsOf(range(from, to));
        assertThat(replay.missedFrom()).isZero();
        assertThat(replay.missedTo()).isZero();
    }

    private static void assertPart(Replay replay, long missedFrom, long missedTo, long to) {
        assertThat(replay.recovered()).isFalse();
        assertThat(replay.missedFrom()).isEqualTo(missedFrom);
        assertThat(replay.missedTo()).isEqualTo(missedTo);
        assertThat(seqs(replay.events())).containsExactlyElementsOf(range(missedTo + 1, to));
    }

    private static List<Long> range(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void everythingAfterThePositionComes() {
        test.append("a:1", 5);

        assertAll(test.subscribeAfter("a:1", 2), 3, 5);
        assertAll(test.subscribeAfter("a:1", 0), 1, 5);
    }

    @Test
    void thePresentEpochMakesNoDifference() {
        test.append("a:1", 5);

        assertAll(test.subscribe("a:1", new Since.After(2, test.epoch("a:1"))), 3, 5);
    }

    @Test
    void whoHasEverythingIsToldSo() {
        test.append("a:1", 5);

        assertAll(test.subscribeAfter("a:1", 5), 6, 5);
    }

    @Test
    void anEmptyChannelHasNothingToMiss() {
        assertAll(test.subscribeAfter("a:1", 0), 1, 0);
    }

    @Test
    void theAnswerHasTheHead() {
        test.append("a:1", 5);

        assertThat(test.subscribeAfter("a:1", 2).head()).isEqualTo(new Position("epoch-1", 5));
        assertThat(test.subscribe("a:1", null).head()).isEqualTo(new Position("epoch-1", 5));
    }

    @Test
    void withoutSinceNothingOfBeforeComesAndNothingIsPromised() {
        test.append("a:1", 5);

        Replay replay = test.subscribe("a:1", null);

        assertThat(replay.events()).isEmpty();
        assertThat(replay.recovered()).isFalse();
        assertThat(replay.missedFrom()).isZero();
    }

    @Test
    void anotherEpochIsNotRecoveredAndAllThatIsKeptComes() {
        test.append("a:1", 5);

        Replay replay = test.subscribe("a:1", new Since.After(3, "another"));

        assertThat(replay.recovered()).isFalse();
        assertThat(seqs(replay.events())).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(replay.missedFrom())
                .as("nothing of the present counting is missing")
                .isZero();
    }

    @Test
    void ofAnotherEpochTheMissingBeginningIsNamed() {
        test.append("a:1", 15);

        assertPart(test.subscribe("a:1", new Since.After(3, "another")), 1, 5, 15);
    }

    @Test
    void aPositionBeyondTheHeadBelongsToAnotherCounting() {
        test.append("a:1", 5);

        Replay replay = test.subscribeAfter("a:1", 6);

        assertThat(replay.recovered()).isFalse();
        assertThat(seqs(replay.events())).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(test.subscribeAfter("a:1", Long.MAX_VALUE).recovered()).isFalse();
    }

    @Test
    void whatTheHistorysSizeHasCutOffIsMissing() {
        test.append("a:1", 15);

        assertPart(test.subscribeAfter("a:1", 4), 5, 5, 15);
        assertAll(test.subscribeAfter("a:1", 5), 6, 15);
    }

    @Test
    void whatTheTailStillHoldsBeyondTheHistoryComesToo() {
        test.append("deep:1", 10);

        assertAll(test.subscribeAfter("deep:1", 4), 5, 10);
        assertPart(test.subscribeAfter("deep:1", 3), 4, 4, 10);
    }

    @Test
    void whatHasGrownTooOldIsMissing() {
        test.append("brief:1", 3);
        test.time.advance(Duration.ofSeconds(5));
        test.append("brief:1", 2);
        test.time.advance(Duration.ofSeconds(5));

        assertPart(test.subscribeAfter("brief:1", 0), 1, 3, 5);
        assertPart(test.subscribeAfter("brief:1", 2), 3, 3, 5);
        assertAll(test.subscribeAfter("brief:1", 3), 4, 5);
    }

    @Test
    void thatHoldsWhetherOrNotItWasDiscardedAlready() {
        test.append("brief:1", 3);
        test.time.advance(Duration.ofSeconds(10));
        assertPart(test.subscribeAfter("brief:1", 1), 2, 3, 3);

        test.channels.expire();
        assertPart(test.subscribeAfter("brief:1", 1), 2, 3, 3);
    }

    @Test
    void whoHadEverythingOfAnExpiredHistoryHasRecovered() {
        test.append("brief:1", 3);
        test.subscribe("brief:1", null);
        test.time.advance(Duration.ofMinutes(10));
        test.channels.expire();

        assertAll(test.subscribeAfter("brief:1", 3), 4, 3);
    }

    @Test
    void noMoreThanTheMostComesAndThatIsTheNewest() {
        TestChannels few = new TestChannels(4);
        few.append("a:1", 8);

        assertPart(few.subscribeAfter("a:1", 3), 4, 4, 8);
        assertAll(few.subscribeAfter("a:1", 4), 5, 8);
    }

    @Test
    void aNamespaceWithoutHistoryPromisesNothing() {
        test.append("plain:1", 3);

        Replay replay = test.subscribeAfter("plain:1", 1);

        assertThat(replay.recovered()).isFalse();
        assertThat(replay.head()).isNull();
        assertThat(replay.events()).isEmpty();
        assertThat(replay.missedFrom()).isZero();
    }

    @Test
    void theCachedEventIsTheLastOne() {
        test.append("cached:1", 3);

        assertThat(seqs(test.subscribe("cached:1", null).events())).containsExactly(3L);
        assertThat(seqs(test.subscribeAfter("cached:1", 3).events())).isEmpty();
        assertThat(seqs(test.subscribeAfter("cached:1", 1).events())).containsExactly(2L, 3L);
    }

    @Test
    void theCachedEventIsNotOlderThanTheHistoryMayBe() {
        test.append("cached:1", 1);
        test.time.advance(TestChannels.TTL);

        assertThat(test.subscribe("cached:1", null).events()).isEmpty();
    }

    @Test
    void historyIsReadInPagesFromEitherEnd() {
        test.append("a:1", 10);

        assertThat(seqs(test.history("a:1", null, 3, false).events())).containsExactly(1L, 2L, 3L);
        assertThat(seqs(test.history("a:1", new Since.After(3, null), 3, false).events()))
                .containsExactly(4L, 5L, 6L);
        assertThat(seqs(test.history("a:1", null, 3, true).events())).containsExactly(10L, 9L, 8L);
        assertThat(seqs(test.history("a:1", new Since.After(8, null), 100, true).events()))
                .containsExactly(10L, 9L);
        assertThat(test.history("a:1", null, 3, false).head()).isEqualTo(new Position("epoch-1", 10));
    }

    @Test
    void historySinceAnotherCountingIsAllThereIs() {
        test.append("a:1", 3);

        assertThat(seqs(test.history("a:1", new Since.After(2, "another"), 10, false)
                        .events()))
                .containsExactly(1L, 2L, 3L);
        assertThat(seqs(test.history("a:1", new Since.After(9, null), 10, false).events()))
                .containsExactly(1L, 2L, 3L);
    }
}
