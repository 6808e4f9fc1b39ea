package io.kulkul.core.channel;

import static io.kulkul.core.channel.TestChannels.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.subscription.ChannelPattern;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Channels that nobody needs any more leave no memory behind. */
class ForgettingTest {

    private final TestChannels test = new TestChannels(1000);

    @Test
    void aChannelIsForgottenOnceItsHistoryHasExpired() {
        test.append("a:1", 3);
        test.time.advance(TestChannels.TTL.minusSeconds(1));
        test.channels.expire();
        assertThat(test.channels.count()).isOne();

        test.time.advance(Duration.ofSeconds(2));
        test.channels.expire();

        assertThat(test.channels.count()).isZero();
        assertThat(test.channels.info(id("a:1"))).isNull();
    }

    @Test
    void aHundredThousandOfThemAreForgottenToo() {
        for (int i = 0; i < 100_000; i++) {
            test.append("a:" + i);
        }
        test.fannedOut.clear();
        test.time.advance(TestChannels.TTL.plusMillis(1));

        test.channels.expire();

        assertThat(test.channels.count()).isZero();
    }

    @Test
    void aChannelWithASubscriberStays() {
        test.append("a:1", 1);
        test.subscribe("a:1", null);
        test.time.advance(Duration.ofHours(1));
        test.channels.expire();

        assertThat(test.channels.count()).isOne();
    }

    @Test
    void itsCountingGoesOnForWhoComesBackSoon() {
        test.subscribe("a:1", null);
        String epoch = test.epoch("a:1");
        test.channels.unsubscribe(id("a:1"), test.subscriber);
        test.time.advance(Duration.ofMinutes(1));
        test.channels.expire();

        assertThat(test.epoch("a:1")).isEqualTo(epoch);
    }

    @Test
    void aChannelWhoseSubscribersHaveLeftIsForgottenInTheEnd() {
        test.subscribe("a:1", null);
        test.channels.unsubscribe(id("a:1"), test.subscriber);
        test.time.advance(TestChannels.TTL);
        test.channels.expire();

        assertThat(test.channels.count()).isZero();
    }

    @Test
    void aSubscriberOfAMatchingPatternHoldsNoChannel() {
        test.resume("a:*", test.time.millis(), Map.of());
        test.append("a:1", 1);
        test.time.advance(TestChannels.TTL);
        test.channels.expire();

        assertThat(test.channels.count()).isZero();
    }

    @Test
    void aForgottenChannelCountsAnewUnderAnotherEpoch() {
        test.append("a:1", 3);
        String before = test.epoch("a:1");
        test.time.advance(TestChannels.TTL);
        test.channels.expire();

        test.append("a:1", 1);

        assertThat(test.epoch("a:1")).isNotEqualTo(before);
        assertThat(test.subscribe("a:1", null).head().seq()).isEqualTo(1);
    }

    @Test
    void askingForTheHistoryOfAChannelThatIsNoneLeavesNothing() {
        for (int i = 0; i < 100; i++) {
            test.history("never-" + i, null, 10, false);
        }

        test.channels.expire();

        assertThat(test.channels.count()).isZero();
    }

    @Test
    void leavingAChannelThatIsNoneIsNoProblem() {
        test.channels.unsubscribe(id("a:1"), test.subscriber);
        test.channels.unsubscribe("", new ChannelPattern("a:*"), test.subscriber);

        assertThat(test.channels.count()).isZero();
    }

    @Test
    void aQuietChannelDoesNotHoldSubscribersWhoHaveLeft() {
        // It held the list of whom its last event went to until the next event.
        test.append("a:1", 1);
        test.subscribe("a:1", null);
        List<WeakReference<Subscriber>> left = new ArrayList<>();
        left.add(comeAndGo("a:1"));
        left.add(comeAndGo("a:*"));

        test.channels.expire();

        for (WeakReference<Subscriber> each : left) {
            for (int i = 0; i < 50 && each.get() != null; i++) {
                System.gc();
            }
            assertThat(each.get()).isNull();
        }
    }

    private WeakReference<Subscriber> comeAndGo(String name) {
        Subscriber passing = new TestChannels.Nobody();
        if (name.contains("*")) {
            test.channels.subscribe("", new ChannelPattern(name), passing, null, arrival -> {});
        } else {
            test.channels.subscribe(id(name), passing, null, (channel, head) -> {});
        }
        test.append("a:1", 1);
        assertThat(reached()).contains(passing);
        if (name.contains("*")) {
            test.channels.unsubscribe("", new ChannelPattern(name), passing);
        } else {
            test.channels.unsubscribe(id(name), passing);
        }
        return new WeakReference<>(passing);
    }

    private List<Subscriber> reached() {
        List<Subscriber> reached = new ArrayList<>();
        test.channels.subscribe(
                id("a:1"),
                test.subscriber,
                null,
                (channel, head) -> reached.addAll(test.channels.subscribersOf(channel)));
        return reached;
    }

    @Test
    void whatIsToldOfAChannelIsItsStateNow() {
        test.append("a:1", 12);
        test.subscribe("a:1", null);
        test.resume("a:*", test.time.millis(), Map.of());
        test.resume("*", test.time.millis(), Map.of());

        assertThat(test.channels.info(id("a:1"))).isEqualTo(new ChannelInfo(id("a:1"), "epoch-1", 12, 10, 1, 2, 0));
        test.append("plain:1", 1);
        assertThat(test.channels.info(id("plain:1"))).isEqualTo(new ChannelInfo(id("plain:1"), null, 0, 0, 0, 1, 0));
    }

    @Test
    void channelsAreListedInPagesByTheirNames() {
        for (String name : List.of("c", "a", "d", "b")) {
            test.append(name);
        }

        assertThat(test.channels.page("", "", 3))
                .extracting(info -> info.id().name())
                .containsExactly("a", "b", "c");
        assertThat(test.channels.page("", "c", 3))
                .extracting(info -> info.id().name())
                .containsExactly("d");
        assertThat(test.channels.page("acme", "", 3)).isEmpty();
    }

    @Test
    void whoIsReachedFollowsWhoComesAndGoes() {
        Subscriber exact = new TestChannels.Nobody();
        Subscriber pattern = new TestChannels.Nobody();
        test.channels.subscribe(id("a:1"), exact, null, (channel, head) -> {});
        test.channels.subscribe("", new ChannelPattern("a:*"), pattern, null, arrival -> {});

        assertThat(reached()).containsExactlyInAnyOrder(exact, pattern);
        test.channels.unsubscribe(id("a:1"), exact);
        assertThat(reached()).contains(pattern).doesNotContain(exact);
        test.channels.unsubscribe("", new ChannelPattern("a:*"), pattern);
        assertThat(reached()).doesNotContain(pattern, exact);
    }
}
