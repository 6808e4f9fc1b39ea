package io.kulkul.core.channel;

import static io.kulkul.core.channel.TestChannels.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.eventlog.Event;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Events get their places. */
class AppendingTest {

    private final TestChannels test = new TestChannels(1000);

    @Test
    void aChannelCountsItsEventsFromOne() {
        test.append("a:1", 3);
        test.append("a:2", 1);

        assertThat(TestChannels.names(test.fannedOut)).containsExactly("a:1#1", "a:1#2", "a:1#3", "a:2#1");
    }

    @Test
    void theInstanceCountsTheArrivalsOfAll() {
        test.append("a:1", 2);
        test.append("plain:1", 1);
        test.append("a:2", 1);

        assertThat(test.fannedOut).extracting(Event::arrival).containsExactly(1L, 2L, 3L, 4L);
        assertThat(test.channels.arrivals()).isEqualTo(4);
    }

    @Test
    void anEventOfANamespaceWithoutHistoryCountsAndShowsNoPosition() {
        Appended appended = test.append("plain:1");

        assertThat(appended.event().seq()).isEqualTo(1);
        assertThat(appended.event().position()).isNull();
    }

    @Test
    void timestampsNeverGoBackEvenWhereTheClockDoes() {
        Event before = test.append("a:1").event();
        test.time.setMillis(test.time.millis() - 5000);
        Event after = test.append("a:2").event();

        assertThat(after.timestamp()).isEqualTo(before.timestamp());
    }

    @Test
    void anEventIsInTheTailWhenTheFanOutHearsOfIt() {
        test.append("a:1");
        Replay replay = test.subscribeAfter("a:1", 0);

        assertThat(replay.events()).containsExactlyElementsOf(test.fannedOut);
    }

    @Test
    void aKeyGivesTheFirstEventAgainAndNothingIsFannedOut() {
        Event first = test.append("a:1", "k").event();
        Appended second = test.append("a:1", "k");

        assertThat(second.duplicate()).isTrue();
        assertThat(second.event()).isSameAs(first);
        assertThat(test.fannedOut).hasSize(1);
    }

    @Test
    void aKeyEndsWithItsLifetime() {
        test.append("a:1", "k");
        test.time.advance(Duration.ofMinutes(5));

        assertThat(test.append("a:1", "k").duplicate()).isFalse();
    }

    @Test
    void aKeyHoldsItsChannelUntilItHasEnded() {
        test.append("brief:1", "k");
        test.time.advance(Duration.ofMinutes(4));
        test.channels.expire();

        assertThat(test.append("brief:1", "k").duplicate()).isTrue();
    }

    @Test
    void namespacesHaveTheirOwnOptionsAndTheRestTheDefaults() {
        assertThat(test.channels.options(id("plain:1")).name()).isEqualTo("plain");
        assertThat(test.channels.options(id("plain")).name()).isEqualTo("plain");
        assertThat(test.channels.options(id("other:plain")).name()).isEqualTo("*");
    }
}
