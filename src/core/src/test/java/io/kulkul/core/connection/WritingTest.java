package io.kulkul.core.connection;

import static io.kulkul.core.testkit.TestHub.options;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.eventlog.Encoded;
import io.kulkul.core.hub.Handshake;
import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.FakeTransport;
import io.kulkul.core.testkit.TestHub;
import io.kulkul.core.testkit.Tokens;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One writer per connection: what it sends, in which order, and how it ends. */
class WritingTest {

    private final TestHub hub = TestHub.open();

    @Test
    void theNextWriteBeginsOnlyWhenTheOneBeforeIsDone() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1");
        client.transport().hold();

        hub.publishNumbers("a:1", 1, 3);

        client.expectMessage("a:1", "1").expectNothing();
        client.transport().finishWrite();
        client.expectMessage("a:1", "2").expectNothing();
        client.transport().finishWrite();
        client.expectMessage("a:1", "3").expectNothing();
    }

    @Test
    void repliesGoBeforeTheEventsThatWait() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1");
        client.transport().hold();
        hub.publishNumbers("a:1", 1, 2);

        client.sends("{'type':'ping','id':'p'}");
        client.transport().release();

        client.expectMessage("a:1", "1").expectLike("{'type':'pong','id':'p'}").expectMessage("a:1", "2");
    }

    @Test
    void eventsOfSeveralChannelsGoInTheOrderOfTheirArrival() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1").subscribesTo("b:*");
        client.transport().hold();

        hub.publish("a:1", "1");
        hub.publish("b:7", "2");
        hub.publish("a:1", "3");
        hub.publish("b:8", "4");
        hub.publish("b:7", "5");
        hub.publish("a:1", "6");
        client.transport().release();

        client.expectMessage("a:1", "1")
                .expectMessage("b:7", "2")
                .expectMessage("a:1", "3")
                .expectMessage("b:8", "4")
                .expectMessage("b:7", "5")
                .expectMessage("a:1", "6");
    }

    @Test
    void whatAFilterSkipsDoesNotMoveTheEventBehindItForward() {
        // The cursor of a:1 used to stay in the queue under the arrival of the skipped event, ahead of b:1.
        FakeClient client = hub.clientOf("alice");
        client.sends("{'type':'subscribe','channel':'a:1','filter':{'wanted':true}}")
                .next();
        client.subscribesTo("b:1");
        client.transport().hold();

        hub.publish("a:1", "{'wanted':true,'n':0}");
        hub.publish("a:1", "{'wanted':true,'n':1}");
        hub.publish("a:1", "{'wanted':false,'n':2}");
        hub.publish("b:1", "{'n':3}");
        hub.publish("a:1", "{'wanted':true,'n':4}");
        client.transport().release();

        assertThat(client.rest())
                .extracting(frame -> frame.getJsonObject("payload").getInt("n"))
                .containsExactly(0, 1, 3, 4);
    }

    @Test
    void aTransportThatCanIsGivenWhatWaitsTogetherRepliesFirst() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1").subscribesTo("b:1");
        client.transport().writesTogether().hold();
        hub.publish("a:1", "0");
        int before = client.transport().writes();

        hub.publish("a:1", "1");
        hub.publish("b:1", "2");
        hub.publish("a:1", "3");
        client.sends("{'type':'ping','id':'p'}");
        client.transport().release();

        assertThat(client.transport().writes()).isEqualTo(before + 1);
        client.expectMessage("a:1", "0")
                .expectLike("{'type':'pong','id':'p'}")
                .expectMessage("a:1", "1")
                .expectMessage("b:1", "2")
                .expectMessage("a:1", "3");
    }

    @Test
    void whatIsWrittenTogetherIsNoLongerThanABuffer() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1");
        client.transport().writesTogether().hold();
        hub.publish("a:1", "0");
        int before = client.transport().writes();
        String threeThousand = "'" + "x".repeat(3_000) + "'";
        String tenThousand = "'" + "x".repeat(10_000) + "'";

        for (String payload : List.of(threeThousand, threeThousand, threeThousand, tenThousand, "1", "2")) {
            hub.publish("a:1", payload);
        }
        client.transport().release();

        // Two of 3,000 characters, the third, the one that is longer than a buffer, and the rest.
        assertThat(client.transport().writes()).isEqualTo(before + 4);
        assertThat(client.rest()).hasSize(7);
    }

    @Test
    void aPingIsAnsweredBehindWhatIsBeingWrittenAndBeforeWhatWaits() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1");
        client.transport().hold();
        hub.publishNumbers("a:1", 1, 2);

        client.client().receivePing("first".getBytes(StandardCharsets.UTF_8));
        client.client().receivePing("last".getBytes(StandardCharsets.UTF_8));
        assertThat(client.transport().pongs()).isEmpty();
        client.expectMessage("a:1", "1");
        client.transport().finishWrite();

        // Only the most recent one has to be answered (RFC 6455, section 5.5.3).
        assertThat(client.transport().pongs()).containsExactly("last");
        client.expectNothing();
        client.transport().release();
        client.expectMessage("a:1", "2");
    }

    @Test
    void aPingOfAnIdleClientIsAnsweredAtOnce() {
        FakeClient client = hub.clientOf("alice");

        client.client().receivePing(new byte[0]);

        assertThat(client.transport().pongs()).containsExactly("");
    }

    @Test
    void aSubscriptionThatLagsDoesNotHoldUpTheOthers() {
        FakeClient client = hub.clientOf("alice").subscribesTo("small:1").subscribesTo("b:1");
        client.transport().hold();

        hub.publishNumbers("small:1", 1, 3);
        hub.publish("b:1", "{}");
        hub.publishNumbers("small:1", 4, 9);
        client.transport().release();

        client.expectMessage("small:1", "1")
                .expectLike("{'type':'gap','from':2,'to':5}")
                .expectMessage("b:1", "{}")
                .expectNumbers("small:1", 6, 9);
    }

    @Test
    void aWriteThatFailsEndsTheConnection() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1");
        client.transport().fail();

        hub.publish("a:1", "1");

        client.expectClose(1001);
        assertThat(hub.meter.of("closed.broken")).isOne();
        assertThat(hub.hub().connections().count()).isZero();
    }

    @Test
    void aTransportThatThrowsEndsItsConnectionAndNoOther() {
        FakeClient broken = hub.clientOf("alice").subscribesTo("a:1");
        FakeClient healthy = hub.clientOf("bob").subscribesTo("a:1");
        broken.transport().throwOnSend();

        hub.publish("a:1", "1");

        broken.expectClose(1001);
        healthy.expectMessage("a:1", "1").expectOpen();
    }

    @Test
    void aWriteThatMakesNoProgressIsClosedAfterTheTimeout() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1");
        client.transport().hold();
        hub.publishNumbers("a:1", 1, 3);

        hub.pass(Duration.ofSeconds(9));
        client.expectOpen();
        hub.pass(Duration.ofSeconds(2));

        client.expectClose(4413);
        assertThat(hub.meter.of("closed.write_timeout")).isOne();
    }

    @Test
    void whatAClientThatWasClosedForNotReadingMissedIsCounted() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1");
        client.transport().hold();
        hub.publishNumbers("a:1", 1, 3);

        hub.pass(Duration.ofSeconds(11));

        assertThat(hub.meter.of("overflowed.*")).as("all but the one under way").isEqualTo(2);
    }

    @Test
    void closingIsLeftToAThreadThatMayWait() {
        TestHub byHand = TestHub.with().unsettled().open();
        FakeClient client = byHand.client().connects();

        client.connection().close(io.kulkul.core.protocol.CloseCode.DISCONNECTED);

        assertThat(client.transport().closes()).isEmpty();
        byHand.closers.runNext();
        client.expectClose(4410);
    }

    @Test
    void nothingIsWrittenAfterTheClose() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1");
        client.connection().close(io.kulkul.core.protocol.CloseCode.DISCONNECTED);

        hub.publish("a:1", "1");
        client.sends("{'type':'ping'}");

        client.expectNothing();
    }

    @Test
    void tenThousandWritesThatEndAtOnceDoNotGrowTheStack() {
        TestHub big = TestHub.with()
                .namespace(options("big").tailSize(10_000).historySize(0))
                .open();
        StackWatch watch = new StackWatch();
        var client = big.hub()
                .connect(
                        new Handshake(
                                "", "kulkul.v1", null, Tokens.aTokenFor("a").signed(), List.of(), Map.of(), 0),
                        watch);
        client.receive("{\"type\":\"subscribe\",\"channel\":\"big:1\"}");
        watch.held = true;
        big.publishNumbers("big:1", 1, 10_000);

        watch.goOn();

        assertThat(watch.sent).isEqualTo(2 + 10_000);
        assertThat(watch.deepest).isLessThan(watch.shallowest + 20);
    }

    /** Ends each write before {@code send} returns, and watches how deep the calls go. */
    private static final class StackWatch implements Transport {

        private final FakeTransport first = new FakeTransport();
        private final ArrayDeque<Runnable> due = new ArrayDeque<>();
        private boolean running;
        private boolean held;
        private int sent;
        private int shallowest = Integer.MAX_VALUE;
        private int deepest;

        @Override
        public void begin(Runnable writing) {
            due.add(writing);
            while (!running && !due.isEmpty()) {
                running = true;
                due.remove().run();
                running = false;
            }
        }

        @Override
        public void send(Encoded frame, Done done) {
            sent++;
            int depth = StackWalker.getInstance().walk(frames -> (int) frames.count());
            if (held) {
                first.hold().send(frame, done);
            } else {
                shallowest = Math.min(shallowest, depth);
                deepest = Math.max(deepest, depth);
                done.done(null);
            }
        }

        void goOn() {
            held = false;
            shallowest = Integer.MAX_VALUE;
            deepest = 0;
            first.finishWrite();
        }

        @Override
        public void ping(Done done) {
            done.done(null);
        }

        @Override
        public void close(int code, String reason) {
            throw new AssertionError("closed with " + code);
        }
    }
}
