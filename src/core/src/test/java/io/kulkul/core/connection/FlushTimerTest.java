package io.kulkul.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.ManualTimer;
import io.kulkul.core.testkit.TestTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When clients have their frames that let events wait to be joined. */
class FlushTimerTest {

    private static final int CROWD = 4;

    private final TestTime time = new TestTime();
    private final ManualTimer timer = new ManualTimer(time);
    private final List<Integer> begun = new ArrayList<>();
    private FlushTimer flushes = new FlushTimer(timer, Runnable::run, time::nanos, CROWD);

    @Test
    void aClientWaitsAsLongAsItAskedFor() {
        schedule(20, 1);

        assertThat(begunWithin(19)).isEmpty();
        assertThat(begunWithin(1)).containsExactly(1);
    }

    @Test
    void whoeverIsDueTogetherBeginsInTheOrderOfItsTurn() {
        schedule(20, 1);
        schedule(20, 2);
        pass(10);
        schedule(10, 3);

        assertThat(timer.pending()).as("timers").isOne();
        assertThat(begunWithin(10)).containsExactly(1, 2, 3);
    }

    @Test
    void thoseBeyondACrowdAreDueEarlierAndNobodyLater() {
        IntStream.rangeClosed(1, 10).forEach(client -> schedule(20, client));

        assertThat(begunWithin(9)).isEmpty();
        assertThat(begunWithin(1)).hasSize(3);
        assertThat(begunWithin(5)).hasSize(3);
        assertThat(begunWithin(5)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void whereEveryMomentIsCrowdedTheyAreSpreadEvenly() {
        IntStream.rangeClosed(1, 30).forEach(client -> schedule(20, client));

        assertThat(begunWithin(10)).hasSize(10);
        assertThat(begunWithin(5)).hasSize(10);
        assertThat(begunWithin(5)).hasSize(10);
    }

    @Test
    void whoeverAskedForLessThanTwoStepsHasNoOtherMoment() {
        IntStream.rangeClosed(1, 10).forEach(client -> schedule(8, client));

        assertThat(begunWithin(7)).isEmpty();
        assertThat(begunWithin(1)).hasSize(10);
    }

    @Test
    void aCrowdGoesApartAndStillHasAsManyEventsInAFrame() {
        flushes = new FlushTimer(timer, Runnable::run, time::nanos, 40);
        List<Client> clients = new ArrayList<>();
        IntStream.range(0, 100).forEach(i -> clients.add(new Client()));
        // All of them wait since the same event: a stall of the instance brings that about.
        for (int event = 0; event < 20; event++) {
            publish(clients);
        }
        clients.forEach(Client::forget);

        for (int event = 0; event < 300; event++) {
            publish(clients);
        }

        double frames = clients.stream().mapToInt(client -> client.frames).sum();
        double events = clients.stream().mapToInt(client -> client.events).sum();
        // At 0, 9 and 18 ms of 20: no longer frames are to be had.
        assertThat(events / frames).isGreaterThan(2.95);
        assertThat(Client.most(clients)).as("due at the same moment").isLessThanOrEqualTo(40);
    }

    private void publish(List<Client> clients) {
        clients.forEach(Client::hears);
        pass(9);
    }

    @Test
    void withoutAThreadEachSeesToItself() {
        flushes = new FlushTimer(
                timer,
                task -> {
                    throw new RejectedExecutionException("the test's");
                },
                time::nanos,
                CROWD);
        schedule(20, 1);

        assertThat(begunWithin(20)).containsExactly(1);
    }

    @Test
    void sharesOfTheIntervalAreSpreadEvenly() {
        long[] shares = IntStream.range(0, 100)
                .mapToLong(i -> flushes.phase(1000))
                .sorted()
                .toArray();

        assertThat(shares[0]).isPositive();
        assertThat(shares[99]).isLessThanOrEqualTo(1000);
        for (int i = 1; i < 100; i++) {
            assertThat(shares[i] - shares[i - 1]).isBetween(5L, 20L);
        }
        assertThat(flushes.phase(0)).isZero();
    }

    private void schedule(long millis, int client) {
        flushes.schedule(millis, () -> begun.add(client));
    }

    private List<Integer> begunWithin(int millis) {
        begun.clear();
        pass(millis);
        return List.copyOf(begun);
    }

    private void pass(int millis) {
        timer.pass(Duration.ofMillis(millis), () -> {});
    }

    /** Has what waits for it in one frame, 20 ms after the first of it. */
    private final class Client {

        private final List<Long> begun = new ArrayList<>();
        private int waiting;
        private int frames;
        private int events;

        void hears() {
            if (waiting++ == 0) {
                flushes.schedule(20, this::begin);
            }
        }

        private void begin() {
            frames++;
            events += waiting;
            waiting = 0;
            begun.add(time.nanos());
        }

        void forget() {
            frames = 0;
            events = 0;
            begun.clear();
        }

        /** How many had a frame at the same moment, at most. */
        static long most(List<Client> clients) {
            return clients.stream()
                    .flatMap(client -> client.begun.stream())
                    .collect(Collectors.groupingBy(moment -> moment, Collectors.counting()))
                    .values()
                    .stream()
                    .mapToLong(Long::longValue)
                    .max()
                    .orElse(0);
        }
    }
}
