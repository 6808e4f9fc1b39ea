package io.kulkul.core.channel;

import static io.kulkul.core.channel.TestChannels.names;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.protocol.Since;
import io.kulkul.core.testkit.TestTime;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a resumed subscriber of a pattern is given, and whether that is all. */
class PatternReplayTest {

    private final TestChannels test = new TestChannels(1000);

    private Since.After after(String channel, long seq) {
        return new Since.After(seq, test.epoch(channel));
    }

    @Test
    void listedChannelsGoOnAfterTheirPositionsInTheOrderOfArrival() {
        test.append("a:1", 2);
        test.append("a:2", 2);
        test.append("a:1", 1);

        Replay replay = test.resume("a:*", test.time.millis(), Map.of("a:1", after("a:1", 1), "a:2", after("a:2", 1)));

        assertThat(names(replay.events())).containsExactly("a:1#2", "a:2#2", "a:1#3");
        assertThat(replay.recovered()).isTrue();
        assertThat(replay.head()).isNull();
    }

    @Test
    void unlistedChannelsGiveWhatWasPublishedSinceTheTime() {
        test.append("a:1", 2);
        long seen = test.time.millis();
        test.append("a:2", 2);

        Replay replay = test.resume("a:*", seen, Map.of("a:1", after("a:1", 2)));

        assertThat(names(replay.events())).containsExactly("a:2#1", "a:2#2");
        assertThat(replay.recovered()).isTrue();
    }

    @Test
    void anUnlistedChannelsEventOfTheVerySameMillisecondComesToo() {
        test.append("a:1");
        test.append("a:2");

        Replay replay = test.resume("a:*", test.time.millis(), Map.of("a:1", after("a:1", 1)));

        assertThat(names(replay.events())).containsExactly("a:2#1");
    }

    @Test
    void anUnlistedChannelThatWasSilentSinceGivesNothingAndSpoilsNothing() {
        test.append("a:1", 50);
        test.time.advance(Duration.ofSeconds(1));

        Replay replay = test.resume("a:*", test.time.millis(), Map.of());

        assertThat(replay.events()).isEmpty();
        assertThat(replay.recovered()).isTrue();
    }

    @Test
    void channelsThatDoNotMatchAreLeftAlone() {
        test.append("a:1", 1);
        test.append("b:1", 1);
        test.channels.append(new Draft(new ChannelId("acme", "a:1"), "e", "{}", "id", null, null, null));

        assertThat(names(test.resume("a:*", TestTime.START, Map.of()).events())).containsExactly("a:1#1");
    }

    @Test
    void aListedChannelThatLostEventsIsNotRecovered() {
        test.append("a:1", 15);

        Replay replay = test.resume("a:*", test.time.millis(), Map.of("a:1", after("a:1", 3)));

        assertThat(replay.recovered()).isFalse();
        assertThat(replay.events()).hasSize(10);
    }

    @Test
    void anUnlistedChannelThatLostEventsSinceThenIsNotRecovered() {
        long seen = test.time.millis();
        test.append("a:1", 15);

        assertThat(test.resume("a:*", seen, Map.of()).recovered()).isFalse();
    }

    @Test
    void anUnlistedChannelThatLostOnlyOlderEventsIsRecovered() {
        test.append("a:1", 15);
        long seen = test.time.millis() - 5;

        Replay replay = test.resume("a:*", seen, Map.of());

        assertThat(replay.recovered()).isTrue();
        assertThat(replay.events()).hasSize(5);
    }

    @Test
    void whatTheTailStillHoldsBeyondTheHistoryComesToo() {
        test.append("deep:1", 10);

        assertThat(test.resume("deep:*", test.time.millis(), Map.of("deep:1", after("deep:1", 4)))
                        .recovered())
                .isTrue();
        assertThat(test.resume("deep:*", test.time.millis() - 5, Map.of()))
                .returns(true, Replay::recovered)
                .satisfies(replay -> assertThat(replay.events()).hasSize(5));
        assertThat(test.resume("deep:*", test.time.millis() - 7, Map.of()).recovered())
                .isFalse();
    }

    @Test
    void aListedChannelOfAnotherCountingIsNotRecovered() {
        test.append("a:1", 3);

        Replay replay = test.resume("a:*", test.time.millis(), Map.of("a:1", new Since.After(2, "another")));

        assertThat(replay.recovered()).isFalse();
        assertThat(replay.events()).hasSize(3);
    }

    @Test
    void aListedChannelThatIsNoMoreIsNotRecovered() {
        test.append("a:1", 1);

        Replay replay = test.resume(
                "a:*", test.time.millis(), Map.of("a:1", after("a:1", 1), "a:gone", new Since.After(0, "epoch-9")));

        assertThat(replay.recovered()).isFalse();
    }

    @Test
    void aForgottenChannelThatHadEventsSinceThenIsNotRecovered() {
        long seen = test.time.millis();
        test.time.advance(Duration.ofSeconds(1));
        test.append("brief:1", 1);
        test.time.advance(Duration.ofMinutes(1));
        test.channels.expire();
        assertThat(test.channels.count()).isZero();

        assertThat(test.resume("brief:*", seen, Map.of()).recovered()).isFalse();
        assertThat(test.resume("*:1", seen, Map.of()).recovered()).isFalse();
    }

    @Test
    void aForgottenChannelThatWasSilentSinceThenIsRecovered() {
        test.append("brief:1", 1);
        test.time.advance(Duration.ofSeconds(1));
        long seen = test.time.millis();
        test.time.advance(Duration.ofMinutes(1));
        test.channels.expire();

        assertThat(test.resume("brief:*", seen, Map.of()).recovered()).isTrue();
    }

    @Test
    void aForgottenChannelOfAnotherNamespaceSpoilsNothing() {
        long seen = test.time.millis();
        test.append("brief:1", 1);
        test.time.advance(Duration.ofMinutes(1));
        test.channels.expire();

        assertThat(test.resume("a:*", seen, Map.of()).recovered()).isTrue();
    }

    @Test
    void aForgottenChannelOfAnotherTenantSpoilsNothing() {
        long seen = test.time.millis();
        test.channels.append(new Draft(new ChannelId("acme", "brief:1"), "e", "{}", "id", null, null, null));
        test.time.advance(Duration.ofMinutes(1));
        test.channels.expire();

        assertThat(test.resume("brief:*", seen, Map.of()).recovered()).isTrue();
    }

    @Test
    void whatWasPublishedBeforeThisInstanceBeganIsUnknown() {
        assertThat(test.resume("a:*", TestTime.START - 1, Map.of()).recovered()).isFalse();
        assertThat(test.resume("a:*", TestTime.START, Map.of()).recovered()).isTrue();
    }

    @Test
    void aNamespaceWithoutHistoryIsRecoveredOnlyWhereItWasSilent() {
        test.append("plain:1", 1);
        long after = test.time.millis();

        assertThat(test.resume("plain:*", after - 1, Map.of()).recovered()).isFalse();
        assertThat(test.resume("plain:*", after, Map.of()).recovered()).isTrue();
    }

    @Test
    void noMoreThanTheMostComesOverAllChannelsAndThatIsTheNewest() {
        TestChannels few = new TestChannels(3);
        few.append("a:1", 2);
        few.append("a:2", 2);

        Replay replay = few.resume("a:*", TestTime.START, Map.of());

        assertThat(names(replay.events())).containsExactly("a:1#2", "a:2#1", "a:2#2");
        assertThat(replay.recovered()).isFalse();
    }

    @Test
    void withoutSinceNothingOfBeforeComes() {
        test.append("a:1", 1);

        Replay replay = test.channels.subscribe(
                "", new io.kulkul.core.subscription.ChannelPattern("a:*"), test.subscriber, null, arrival -> {});

        assertThat(replay.events()).isEmpty();
        assertThat(replay.recovered()).isFalse();
    }
}
