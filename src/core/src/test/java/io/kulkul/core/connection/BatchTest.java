package io.kulkul.core.connection;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.FakeTransport;
import io.kulkul.core.testkit.JsonTexts;
import io.kulkul.core.testkit.TestHub;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients that take arrays of frames. */
class BatchTest {

    private final TestHub hub = TestHub.open();

    private FakeClient batchClient(long flush) {
        return hub.client().token(aTokenFor("alice")).batch(flush).connects().greeted();
    }

    private static String last(FakeTransport transport) {
        return transport.frames().get(transport.frames().size() - 1);
    }

    @Test
    void whatWaitsIsJoinedInOneArray() {
        FakeClient client = batchClient(0).subscribesTo("a:1");
        client.transport().hold();
        hub.publish("a:1", "0");
        int before = client.transport().frames().size();

        hub.publishNumbers("a:1", 1, 5);
        client.transport().release();

        assertThat(client.transport().frames()).hasSize(before + 1);
        assertThat(last(client.transport())).startsWith("[").endsWith("]");
        client.expectNumbers("a:1", 0, 5).expectNothing();
    }

    @Test
    void aSingleFrameIsNoArray() {
        FakeClient client = batchClient(0).subscribesTo("a:1");

        hub.publish("a:1", "1");

        assertThat(last(client.transport())).startsWith("{");
    }

    @Test
    void repliesAndEventsShareAnArrayRepliesFirst() {
        FakeClient client = batchClient(0).subscribesTo("a:1");
        client.transport().hold();
        hub.publishNumbers("a:1", 1, 2);

        client.sends("{'type':'ping'}").transport().release();

        client.expectMessage("a:1", "1").expectLike("{'type':'pong'}").expectMessage("a:1", "2");
        assertThat(JsonTexts.objects(last(client.transport()))).hasSize(2);
    }

    @Test
    void noArrayIsLongerThan64KiB() {
        FakeClient client = batchClient(0).subscribesTo("a:1");
        client.transport().hold();
        // Two bytes of UTF-8 for each letter: the bound counts bytes.
        for (int i = 0; i < 100; i++) {
            hub.publish("a:1", "'" + "ü".repeat(1000 + i) + "'");
        }

        client.transport().release();

        assertThat(client.transport().frames())
                .allSatisfy(frame -> assertThat(frame.getBytes(StandardCharsets.UTF_8).length)
                        .isLessThanOrEqualTo(65_536));
        assertThat(client.rest()).hasSize(100);
        assertThat(client.transport().frames()).hasSizeLessThan(10);
    }

    @Test
    void aLongerEventGoesByItself() {
        FakeClient client = batchClient(0).subscribesTo("a:1");
        client.transport().hold();
        hub.publish("a:1", "0");
        hub.publish("a:1", "1");
        hub.publish("a:1", "'" + "x".repeat(70_000) + "'");
        hub.publish("a:1", "3");
        int before = client.transport().frames().size();

        client.transport().release();

        List<String> frames = client.transport().frames();
        assertThat(frames.subList(before, frames.size())).hasSize(3);
        assertThat(client.rest()).hasSize(4);
    }

    @Test
    void theFrameSizeThatIsMeasuredIsTheOneThatIsSent() {
        FakeClient client = batchClient(0).subscribesTo("a:1");
        client.transport().hold();
        hub.publish("a:1", "0");
        hub.publishNumbers("a:1", 1, 5);

        client.transport().release();

        assertThat(hub.meter.of("sent.bytes"))
                .isEqualTo(client.transport().frames().stream()
                        .mapToInt(frame -> frame.getBytes(StandardCharsets.UTF_8).length)
                        .sum());
        assertThat(hub.meter.of("sent.messages")).isEqualTo(6);
        assertThat(hub.meter.of("sent.frames"))
                .isEqualTo(client.transport().frames().size());
    }

    @Test
    void connectionsThatAreAsFarShareOneText() {
        FakeClient alice = batchClient(0).subscribesTo("a:1");
        FakeClient bob = batchClient(0).subscribesTo("a:1");
        alice.transport().hold();
        bob.transport().hold();
        hub.publishNumbers("a:1", 1, 5);

        alice.transport().release();
        bob.transport().release();

        assertThat(last(alice.transport())).startsWith("[").isSameAs(last(bob.transport()));
    }

    @Test
    void connectionsOfSingleFramesShareTheirTextToo() {
        FakeClient alice = hub.clientOf("alice").subscribesTo("a:1");
        FakeClient bob = hub.clientOf("bob").subscribesTo("a:1");

        hub.publish("a:1", "1");

        assertThat(last(alice.transport())).isSameAs(last(bob.transport()));
    }

    @Test
    void aPatternsFramesAreNotSharedWithAnExactSubscription() {
        FakeClient exact = batchClient(0).subscribesTo("a:1");
        FakeClient pattern = batchClient(0).subscribesTo("a:*");
        exact.transport().hold();
        pattern.transport().hold();
        hub.publishNumbers("a:1", 1, 3);

        exact.transport().release();
        pattern.transport().release();

        assertThat(exact.rest()).noneMatch(frame -> frame.containsKey("pattern"));
        assertThat(pattern.rest()).allMatch(frame -> frame.containsKey("pattern"));
    }

    @Test
    void aFilteredRunIsNotSharedWithAWholeOneOfTheSameEnds() {
        FakeClient whole = batchClient(0).subscribesTo("a:1");
        FakeClient odd = batchClient(0);
        odd.sends("{'type':'subscribe','channel':'a:1','filter':{'odd':true}}").next();
        whole.transport().hold();
        odd.transport().hold();
        hub.publish("a:1", "{'odd':true}");
        hub.publish("a:1", "{'odd':true}");
        hub.publish("a:1", "{'odd':false}");
        hub.publish("a:1", "{'odd':true}");

        whole.transport().release();
        odd.transport().release();

        assertThat(whole.rest()).hasSize(4);
        assertThat(odd.rest()).extracting(frame -> frame.getInt("seq")).containsExactly(1, 2, 4);
    }

    @Test
    void aGapIsJoinedWithTheEventsBehindIt() {
        FakeClient client = batchClient(0).subscribesTo("small:1");
        client.transport().hold();
        hub.publishNumbers("small:1", 1, 10);

        client.transport().release();

        client.expectMessage("small:1", "1")
                .expectLike("{'type':'gap','from':2,'to':6}")
                .expectNumbers("small:1", 7, 10)
                .expectNothing();
    }

    @Test
    void eventsWaitForTheFlushIntervalToBeJoined() {
        FakeClient client = batchClient(200).subscribesTo("a:1");

        hub.publishNumbers("a:1", 1, 3);
        hub.pass(Duration.ofMillis(199));
        client.expectNothing();
        hub.pass(Duration.ofMillis(1));

        client.expectNumbers("a:1", 1, 3);
        assertThat(JsonTexts.objects(last(client.transport()))).hasSize(3);
    }

    @Test
    void theNextEventsWaitForTheNextInterval() {
        FakeClient client = batchClient(200).subscribesTo("a:1");
        hub.publish("a:1", "1");
        hub.pass(Duration.ofMillis(200));
        client.expectMessage("a:1", "1");

        hub.publish("a:1", "2");
        client.expectNothing();
        hub.pass(Duration.ofMillis(200));

        client.expectMessage("a:1", "2");
    }

    @Test
    void clientsThatAnEventFindsIdleAreNotAllDueAtOnce() {
        List<FakeClient> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            FakeClient client =
                    hub.client().token(aTokenFor("user-" + i)).batch(200).connects();
            clients.add(client.greeted().subscribesTo("a:1"));
        }
        hub.pass(Duration.ofSeconds(1));
        hub.publish("a:1", "1");

        int late = 0;
        for (int tenth = 1; tenth <= 10; tenth++) {
            hub.pass(Duration.ofMillis(20));
            int now = (int) clients.stream().filter(FakeClient::hasUnread).count();
            assertThat(now - late).as("in tenth %d of the interval", tenth).isBetween(9, 11);
            late = now;
        }
        assertThat(late).isEqualTo(100);
    }

    @Test
    void clientsStayApartAndWaitTheWholeInterval() {
        FakeClient first = batchClient(200).subscribesTo("a:1");
        FakeClient second = batchClient(200).subscribesTo("a:1");
        hub.pass(Duration.ofSeconds(1));
        hub.publish("a:1", "1");
        // The second one's share of the interval is 1 - 0.618 of it.
        hub.pass(Duration.ofMillis(77));
        second.expectMessage("a:1", "1");
        first.expectNothing();

        hub.publish("a:1", "2");

        hub.pass(Duration.ofMillis(123));
        first.expectMessage("a:1", "1").expectMessage("a:1", "2");
        hub.pass(Duration.ofMillis(76));
        second.expectNothing();
        hub.pass(Duration.ofMillis(1));
        second.expectMessage("a:1", "2");
    }

    @Test
    void repliesDoNotWaitForTheFlushInterval() {
        FakeClient client = batchClient(200).subscribesTo("a:1");
        hub.publish("a:1", "1");

        client.sends("{'type':'ping'}");

        client.expectLike("{'type':'pong'}").expectMessage("a:1", "1");
    }

    @Test
    void clientsOfOneIntervalShareATimer() {
        List<FakeClient> clients =
                List.of(batchClient(200).subscribesTo("a:1"), batchClient(200).subscribesTo("a:1"));
        clients.forEach(client -> client.sends("{'type':'ping'}").expectLike("{'type':'pong'}"));
        int before = hub.timer.pending();

        hub.publish("a:1", "1");

        assertThat(hub.timer.pending()).isEqualTo(before + 1);
        hub.pass(Duration.ofMillis(200));
        clients.forEach(client -> client.expectMessage("a:1", "1"));
    }

    @Test
    void aFlushIntervalMeansNothingToAClientOfSingleFrames() {
        FakeClient client = hub.client()
                .token(aTokenFor("alice"))
                .batch(200)
                .subprotocol("kulkul.v1")
                .connects();
        client.greeted().subscribesTo("a:1");

        hub.publish("a:1", "1");

        client.expectMessage("a:1", "1");
    }

    @Test
    void aWriterThatFailsLeavesTheOthersOfItsFlushAlone() {
        FakeClient broken = batchClient(200).subscribesTo("a:1");
        FakeClient healthy = batchClient(200).subscribesTo("a:1");
        broken.transport().throwOnSend();
        hub.publish("a:1", "1");

        hub.pass(Duration.ofMillis(200));

        healthy.expectMessage("a:1", "1").expectOpen();
    }

    @Test
    void whatAGapNamedIsNotCountedAgainWhenTheConnectionCloses() {
        // The gap frame did not fit any more and waited: it counted once as a gap and once as unsent.
        FakeClient client = batchClient(0).subscribesTo("b:1").subscribesTo("small:1");
        client.transport().hold();
        hub.publish("b:1", "0");
        hub.publish("b:1", "'" + "x".repeat(70_000) + "'");
        hub.publishNumbers("small:1", 1, 10);

        client.transport().finishWrite();
        hub.pass(Duration.ofSeconds(11));

        client.expectClose(4413);
        assertThat(hub.meter.of("overflowed.small")).isEqualTo(10);
    }

    @Test
    void aFrameTakesAlsoWhatTheFanOutHasNotOfferedYet() {
        TestHub busy = TestHub.with().unsettled().open();
        FakeClient client = busyClient(busy, "a:1");

        busy.publish("a:1", "2");
        busy.publish("a:1", "3");
        client.transport().release();

        assertThat(JsonTexts.objects(last(client.transport()))).hasSize(3);
        busy.settle();
        client.expectNumbers("a:1", 0, 3);
        assertThat(client.rest()).isEmpty();
        busy.publish("a:1", "4");
        busy.settle();
        client.expectMessage("a:1", "4");
    }

    @Test
    void butNotAheadOfEarlierEventsOfAnotherSubscription() {
        TestHub busy = TestHub.with().unsettled().open();
        FakeClient client = busyClient(busy, "a:1", "b:1");

        busy.publish("b:1", "2");
        busy.publish("a:1", "3");
        client.transport().release();
        busy.settle();

        client.expectMessage("a:1", "0")
                .expectMessage("a:1", "1")
                .expectMessage("b:1", "2")
                .expectMessage("a:1", "3");
    }

    @Test
    void orOfAnotherChannelOfItsPattern() {
        TestHub busy = TestHub.with().unsettled().open();
        FakeClient client = busyClient(busy, "a:*");

        busy.publish("a:2", "2");
        busy.publish("a:1", "3");
        client.transport().release();
        busy.settle();

        client.expectMessage("a:1", "0")
                .expectMessage("a:1", "1")
                .expectMessage("a:2", "2")
                .expectMessage("a:1", "3");
    }

    /** Its first event is under way and does not end, and the second one is offered behind it. */
    private static FakeClient busyClient(TestHub hub, String... channels) {
        FakeClient client = hub.client().token(aTokenFor("alice")).batch(0).connects();
        hub.settle();
        client.greeted();
        for (String channel : channels) {
            client.sends("{'type':'subscribe','channel':'" + channel + "'}");
            hub.settle();
            client.next();
        }
        client.transport().hold();
        hub.publish("a:1", "0");
        hub.settle();
        hub.publish("a:1", "1");
        hub.settle();
        return client;
    }
}
