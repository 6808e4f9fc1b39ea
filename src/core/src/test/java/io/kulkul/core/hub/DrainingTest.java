package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestHub;
import io.kulkul.core.testkit.TestTime;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How an instance sends its clients away before it ends. */
class DrainingTest {

    private static final Duration OVER = Duration.ofSeconds(20);
    private static final Duration ROUND = Duration.ofMillis(100);

    private final TestHub hub = TestHub.open();

    private List<FakeClient> clients(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> hub.clientOf("user-" + i))
                .toList();
    }

    /** When the client is told to leave, from when it is told. */
    private static Duration told(FakeClient client) {
        return Duration.ofMillis(client.next().getJsonNumber("after").longValue());
    }

    @Test
    void everyClientIsToldAtOnceWhenToLeave() {
        List<FakeClient> clients = clients(10);

        hub.hub().drain(OVER);

        assertThat(clients).allSatisfy(client -> {
            client.expectLike("{'type':'reconnect','reason':'draining'}").expectNothing();
            client.expectOpen();
        });
    }

    @Test
    void aClientIsClosedWith1012WhenItsTimeHasComeAndNotBefore() {
        FakeClient client = hub.clientOf("alice");
        hub.hub().drain(OVER);
        Duration after = told(client);

        hub.pass(after);
        client.expectOpen();

        hub.pass(ROUND.multipliedBy(2));
        client.expectNothing().expectClose(1012);
    }

    @Test
    void aThousandClientsAreSpreadEvenly() {
        List<FakeClient> clients = clients(1000);
        hub.hub().drain(OVER);
        int[] perTenth = new int[10];

        clients.forEach(client -> perTenth[(int) (told(client).toMillis() / (OVER.toMillis() / 10))]++);

        assertThat(IntStream.of(perTenth).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(90, 110));
    }

    @Test
    void nobodyLeavesInTheOrderOfComing() {
        List<FakeClient> clients = clients(100);
        hub.hub().drain(OVER);

        List<Duration> times = clients.stream().map(DrainingTest::told).toList();

        assertThat(times).isNotEqualTo(times.stream().sorted().toList());
    }

    @Test
    void untilThenItReceivesEventsAndItsCommandsAreAnswered() {
        FakeClient client = hub.clientOf("alice").subscribesTo("orders:1");
        hub.hub().drain(OVER);
        hub.pass(told(client).minus(ROUND));

        hub.publish("orders:1", "17");
        client.sends("{'type':'ping','id':'p'}");

        client.expectMessage("orders:1", "17").expectLike("{'type':'pong','id':'p'}");
    }

    @Test
    void whatWaitsForItIsSentBeforeTheClose() {
        FakeClient client = hub.clientOf("alice").subscribesTo("orders:1");
        hub.hub().drain(OVER);
        hub.pass(told(client).minus(ROUND));
        client.transport().hold();
        hub.publishNumbers("orders:1", 1, 5);

        hub.pass(ROUND.multipliedBy(3));
        hub.publish("orders:1", "6");
        client.expectMessage("orders:1", "1").expectNothing();
        assertThat(client.transport().closes()).isEmpty();
        client.transport().release();
        hub.settle();

        client.expectNumbers("orders:1", 2, 5).expectNothing().expectClose(1012);
    }

    @Test
    void whoDoesNotReadIsClosedSoonAfterTheLastOnesTime() {
        Duration over = Duration.ofSeconds(2);
        FakeClient client = hub.clientOf("alice").subscribesTo("orders:1");
        hub.hub().drain(over);
        client.transport().hold();
        hub.publishNumbers("orders:1", 1, 2);

        hub.pass(over.plus(Draining.GRACE).minus(ROUND));
        assertThat(client.transport().closes()).isEmpty();
        hub.pass(ROUND.multipliedBy(2));

        client.expectClose(1012);
    }

    @Test
    void aClientThatTakesBatchesHasItsEventsBeforeTheClose() {
        FakeClient client = hub.client()
                .token(aTokenFor("alice"))
                .batch(1000)
                .connects()
                .greeted()
                .subscribesTo("orders:1");
        hub.hub().drain(Duration.ofMillis(50));
        told(client);

        hub.publishNumbers("orders:1", 1, 3);
        hub.pass(ROUND);

        client.expectNumbers("orders:1", 1, 3).expectNothing().expectClose(1012);
    }

    @Test
    void inADialectWithoutSuchAFrameOnlyTheCloseComes() {
        FakeClient client =
                hub.client().dialect("cartographus").token(aTokenFor("carla")).connects();

        hub.hub().drain(OVER);
        client.expectNothing().expectOpen();
        hub.pass(OVER.plus(ROUND));

        client.expectClose(1012);
    }

    @Test
    void whoComesNowIsClosedWith1012() {
        hub.hub().drain(OVER);

        hub.client().token(aTokenFor("late")).connects().expectNothing().expectClose(1012);
    }

    @Test
    void theInstanceIsDrainingFromTheFirstMoment() {
        hub.clientOf("alice");

        Drain drain = hub.hub().drain(OVER);

        assertThat(drain).isEqualTo(new Drain(true, 1, TestTime.START + OVER.toMillis()));
        assertThat(hub.hub().draining()).isTrue();
    }

    @Test
    void beforeItThereIsNothingToTell() {
        assertThat(hub.hub().drained()).isEqualTo(new Drain(false, 0, null));
        assertThat(hub.hub().draining()).isFalse();
    }

    @Test
    void aSecondCallChangesNothing() {
        FakeClient client = hub.clientOf("alice");
        Drain first = hub.hub().drain(OVER);
        told(client);

        Drain second = hub.hub().drain(Duration.ZERO);

        assertThat(second).isEqualTo(first);
        client.expectNothing().expectOpen();
    }

    @Test
    void overNoTimeEverybodyIsToldAndClosedAtOnce() {
        FakeClient client = hub.clientOf("alice");

        hub.hub().drain(Duration.ZERO);
        hub.settle();

        client.expectLike("{'type':'reconnect','after':0}").expectNothing().expectClose(1012);
    }

    @Test
    void itIsOverWhenNobodyIsLeft() throws InterruptedException {
        clients(3);
        hub.hub().drain(OVER);
        int timers = hub.timer.pending();

        hub.pass(OVER.plus(ROUND.multipliedBy(2)));

        assertThat(hub.hub().drained().connections()).isZero();
        assertThat(hub.hub().awaitDrained(Duration.ZERO)).isTrue();
        assertThat(hub.timer.pending()).isEqualTo(timers - 1);
    }

    @Test
    void withoutConnectionsItIsOverAtOnce() throws InterruptedException {
        hub.hub().drain(OVER);

        assertThat(hub.hub().awaitDrained()).isTrue();
    }

    @Test
    void oneTimerServesAllConnections() {
        clients(100);
        int before = hub.timer.pending();

        hub.hub().drain(OVER);

        assertThat(hub.timer.pending()).isEqualTo(before + 1);
    }

    @Test
    void theEndOfTheInstanceDoesNotWaitForIt() throws InterruptedException {
        FakeClient client = hub.clientOf("alice");
        hub.hub().drain(OVER);
        told(client);

        hub.stop();

        client.expectClose(1012);
        assertThat(hub.hub().awaitDrained()).isTrue();
    }
}
