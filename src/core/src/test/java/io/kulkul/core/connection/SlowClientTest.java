package io.kulkul.core.connection;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestHub;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A client that lags further behind than the tail reaches: the namespaces {@code small} and {@code strict} keep four events. */
class SlowClientTest {

    private final TestHub hub = TestHub.open();

    @Test
    void itGetsOneGapWithTheExactRangeAndGoesOnWithTheOldestEventThereIs() {
        FakeClient client = hub.clientOf("alice").subscribesTo("small:1");
        client.transport().hold();

        hub.publishNumbers("small:1", 1, 10);
        client.transport().release();

        client.expectMessage("small:1", "1")
                .expect("{'type':'gap','channel':'small:1','from':2,'to':6,'reason':'slow'}")
                .expectNumbers("small:1", 7, 10)
                .expectNothing();
    }

    @Test
    void whereItsDialectHasNoGapItGoesOnInSilenceAndIsCountedAllTheSame() {
        FakeClient client =
                hub.client().dialect("neurograph").token(aTokenFor("alice")).connects();
        client.sends("{'type':'subscribe','channel':'small:1'}").expectLike("{'type':'subscribed'}");
        client.transport().hold();

        hub.publishNumbers("small:1", 1, 10);
        client.transport().release();

        for (int number : new int[] {1, 7, 8, 9, 10}) {
            client.expect("{'type':'happened','channel':'small:1','data':" + number + "}");
        }
        client.expectNothing();
        assertThat(hub.meter.of("overflowed.small")).isEqualTo(5);
    }

    @Test
    void aSilentGapOfOneChannelDoesNotHoldUpAnother() {
        FakeClient client =
                hub.client().dialect("neurograph").token(aTokenFor("alice")).connects();
        client.sends("{'type':'subscribe','channel':'small:*'}").expectLike("{'type':'subscribed'}");
        client.transport().hold();

        hub.publishNumbers("small:1", 1, 7);
        hub.publish("small:2", "8");
        hub.publishNumbers("small:1", 9, 9);
        client.transport().release();

        for (String event : new String[] {"1:1", "1:5", "1:6", "1:7", "2:8", "1:9"}) {
            client.expectLike("{'channel':'small:" + event.replace(":", "','data':") + "}");
        }
        client.expectNothing();
    }

    @Test
    void whatItMissedIsCounted() {
        FakeClient client = hub.clientOf("alice").subscribesTo("small:1");
        client.transport().hold();

        hub.publishNumbers("small:1", 1, 10);
        client.transport().release();

        assertThat(hub.meter.of("overflowed.small")).isEqualTo(5);
        assertThat(hub.meter.of("gap")).isOne();
    }

    @Test
    void aLagThatTheTailStillHoldsIsNoGap() {
        FakeClient client = hub.clientOf("alice").subscribesTo("small:1");
        client.transport().hold();

        hub.publishNumbers("small:1", 1, 5);
        client.transport().release();

        client.expectNumbers("small:1", 1, 5).expectNothing();
        assertThat(hub.meter.of("overflowed.small")).isZero();
    }

    @Test
    void itGetsAGapOfAPatternsChannelAlone() {
        FakeClient client = hub.clientOf("alice").subscribesTo("small:*");
        client.transport().hold();

        hub.publishNumbers("small:1", 1, 7);
        hub.publish("small:2", "1");
        client.transport().release();

        client.expectMessage("small:1", "1")
                .expectLike("{'type':'gap','channel':'small:1','from':2,'to':3}")
                .expectNumbers("small:1", 4, 7)
                .expectMessage("small:2", "1")
                .expectNothing();
    }

    @Test
    void whatItMissedCanBeReadFromTheHistory() {
        FakeClient client = hub.clientOf("alice").subscribesTo("small:1");
        client.transport().hold();
        hub.publishNumbers("small:1", 1, 10);
        client.transport().release();
        client.rest();

        client.sends("{'type':'history','channel':'small:1','since':{'seq':1},'limit':5}");

        assertThat(client.next().getJsonArray("events")).hasSize(5);
    }

    @Test
    void anotherClientMissesNothingBecauseOfIt() {
        hub.clientOf("alice").subscribesTo("small:1").transport().hold();
        FakeClient quick = hub.clientOf("bob").subscribesTo("small:1");

        hub.publishNumbers("small:1", 1, 100);

        quick.expectNumbers("small:1", 1, 100).expectNothing();
    }

    @Test
    void itIsClosedWhereThePolicySaysSo() {
        FakeClient client = hub.clientOf("alice").subscribesTo("strict:1");
        client.transport().hold();

        hub.publishNumbers("strict:1", 1, 5);
        client.expectOpen();
        hub.publish("strict:1", "6");

        client.expectClose(4413);
        assertThat(hub.meter.of("closed.slow_consumer")).isOne();
    }

    @Test
    void whatItMissedIsCountedWhereItIsClosed() {
        FakeClient client = hub.clientOf("alice").subscribesTo("strict:1");
        client.transport().hold();

        hub.publishNumbers("strict:1", 1, 6);

        assertThat(hub.meter.of("overflowed.strict"))
                .as("all but the one under way")
                .isEqualTo(5);
    }

    @Test
    void itIsClosedAndGetsNoGapAlsoWhereTheTailIsAheadOfTheFanOut() {
        // Appended, but not yet offered: the writer used to find the ring overwritten first, and sent a gap.
        TestHub byHand = TestHub.with().unsettled().open();
        FakeClient client = byHand.clientOf("alice").subscribesTo("strict:1");
        client.transport().hold();
        byHand.publish("strict:1", "1");
        byHand.settle();
        byHand.publishNumbers("strict:1", 2, 5);
        byHand.settle();
        client.expectOpen();
        byHand.publishNumbers("strict:1", 6, 7);

        client.transport().release();
        byHand.settle();

        client.expectClose(4413);
        assertThat(client.rest()).extracting(frame -> frame.getString("type")).doesNotContain("gap");
    }

    @Test
    void aClientThatLeavesItsRepliesUnreadIsClosed() {
        TestHub tight = TestHub.with().maxPendingReplyBytes(1000).open();
        FakeClient client = tight.clientOf("alice");
        client.transport().hold();
        client.sends("{'type':'ping'}");

        for (int i = 0; i < 30 && !client.connection().ended(); i++) {
            client.sends("{'type':'ping','id':'0123456789012345678901234567890123456789'}");
        }

        client.expectClose(4413);
    }

    @Test
    void oneReplyMayBeLongerThanTheBudget() {
        TestHub tight = TestHub.with().maxPendingReplyBytes(1000).open();
        FakeClient client = tight.clientOf("alice");
        tight.publish("a:1", "'" + "x".repeat(5000) + "'");
        client.transport().hold();
        client.sends("{'type':'ping'}");

        client.sends("{'type':'history','channel':'a:1'}").transport().release();

        client.expectLike("{'type':'pong'}").expectLike("{'type':'history'}").expectOpen();
    }

    @Test
    void eventsThatBecameTooOldMeanwhileAreAGapToo() {
        TestHub brief = TestHub.with()
                .namespace(TestHub.options("brief").historyTtl(Duration.ofSeconds(5)))
                .open();
        FakeClient client = brief.clientOf("alice").subscribesTo("brief:1");
        client.transport().hold();
        brief.publishNumbers("brief:1", 1, 3);

        brief.pass(Duration.ofSeconds(6));
        client.transport().release();

        client.expectMessage("brief:1", "1")
                .expectLike("{'type':'gap','from':2,'to':3}")
                .expectNothing();
        assertThat(brief.meter.of("overflowed.brief")).isEqualTo(2);
    }
}
