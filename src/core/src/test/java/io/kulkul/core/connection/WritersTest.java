package io.kulkul.core.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kulkul.core.testkit.ManualTimer;
import io.kulkul.core.testkit.TestTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The writers' threads while some of them hang. The watch looks when the test says so. */
class WritersTest {

    private static final Duration LOST_AFTER = Duration.ofSeconds(70);

    private final TestTime time = new TestTime();
    private final ManualTimer timer = new ManualTimer(time);
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final List<Hanging> hanging = new ArrayList<>();
    private Writers writers = writers(1, 100);

    private Writers writers(int parallel, int maxBlocked) {
        return new Writers(
                task -> {
                    Thread thread = new Thread(task, "writer");
                    thread.setDaemon(true);
                    threads.add(thread);
                    return thread;
                },
                parallel,
                maxBlocked,
                LOST_AFTER.toMillis(),
                timer);
    }

    @AfterEach
    void endThreads() {
        hanging.forEach(Hanging::goOn);
        writers.stop();
    }

    @Test
    void whatIsDueIsDoneInOrder() {
        List<Integer> done = new CopyOnWriteArrayList<>();
        CountDownLatch all = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            int number = i;
            writers.execute(() -> {
                done.add(number);
                all.countDown();
            });
        }

        await(all);

        assertThat(done).isSorted().hasSize(100);
    }

    @Test
    void anotherThreadTakesThePlaceOfOneThatHangs() {
        hang();
        CountDownLatch done = new CountDownLatch(1);
        writers.execute(done::countDown);
        assertThat(threads).as("before the watch has looked twice").hasSize(1);

        lookTwice();

        await(done);
        assertThat(writers.blocked()).isOne();
    }

    @Test
    void whatWasQueuedTogetherIsDoneInOrderBehindWhatAddedIt() {
        List<Integer> done = new CopyOnWriteArrayList<>();
        CountDownLatch all = new CountDownLatch(1);

        writers.execute(many(() -> {
            for (int i = 1; i <= 2 * Writers.TOGETHER; i++) {
                int number = i;
                writers.execute(() -> done.add(number));
            }
            writers.execute(all::countDown);
            done.add(0);
        }));

        await(all);
        assertThat(done).hasSize(2 * Writers.TOGETHER + 1).contains(0).isSorted();
    }

    @Test
    void oneThatHangsKeepsNothingFromBeingDoneThatWasQueuedWithIt() {
        Hanging first = new Hanging();
        Hanging second = new Hanging();
        hanging.addAll(List.of(first, second));
        CountDownLatch between = new CountDownLatch(1);
        CountDownLatch last = new CountDownLatch(1);
        writers.execute(many(() -> {
            writers.execute(first);
            writers.execute(between::countDown);
            writers.execute(second);
            writers.execute(last::countDown);
        }));
        first.awaitBegun();
        assertThat(between.getCount()).isOne();

        lookTwice();
        await(between);
        second.awaitBegun();
        lookTwice();

        await(last);
        assertThat(writers.blocked()).isEqualTo(2);
    }

    @Test
    void theFirstOfVeryManyBeginWhileMoreAreAdded() {
        writers = writers(2, 100);
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch added = new CountDownLatch(1);

        writers.execute(many(() -> {
            for (int i = 0; i < Writers.TOGETHER; i++) {
                writers.execute(first::countDown);
            }
            await(first);
            added.countDown();
        }));

        await(added);
        assertThat(threads).hasSize(2);
    }

    @Test
    void whatAnyOtherTaskAddsDoesNotWaitForIt() {
        Hanging task = new Hanging();
        hanging.add(task);
        CountDownLatch added = new CountDownLatch(1);
        writers.execute(() -> {
            writers.execute(added::countDown);
            task.run();
        });
        task.awaitBegun();

        lookTwice();

        await(added);
    }

    @Test
    void aThreadThatOnlyHasMuchToDoIsNotReplaced() {
        for (int i = 0; i < 10; i++) {
            CountDownLatch done = new CountDownLatch(1);
            writers.execute(done::countDown);
            await(done);
            look();
        }

        assertThat(writers.blocked()).isZero();
        assertThat(threads).hasSize(1);
    }

    @Test
    void aThreadThatIsDeniedAProcessorIsNotReplacedSoon() {
        AtomicBoolean goOn = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        writers.execute(() -> {
            begun.countDown();
            while (!goOn.get()) {
                Thread.onSpinWait();
            }
        });
        await(begun);
        look();

        for (int millis = Writers.CALM_MILLIS; millis < Writers.RUNNING_MILLIS; millis += Writers.CALM_MILLIS) {
            look();
            assertThat(writers.blocked()).as("after %d ms", millis).isZero();
        }
        look();

        assertThat(writers.blocked())
                .as("it may be a write that the system does not return from")
                .isOne();
        goOn.set(true);
    }

    @Test
    void whereSeveralHangTwiceAsManyCome() {
        List<Hanging> tasks = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            Hanging task = new Hanging();
            hanging.add(task);
            tasks.add(task);
            writers.execute(task);
        }
        tasks.get(0).awaitBegun();

        lookTwice();
        tasks.subList(1, 4).forEach(Hanging::awaitBegun);
        timer.pass(Duration.ofMillis(2 * Writers.WATCH_MILLIS), () -> {});
        tasks.subList(4, 11).forEach(Hanging::awaitBegun);

        assertThat(writers.blocked()).isEqualTo(4);
    }

    @Test
    void whileOneIsBlockedTheWatchLooksMoreOften() {
        hang();
        look();
        timer.pass(Duration.ofMillis(Writers.CALM_MILLIS - 1), () -> {});
        assertThat(writers.blocked()).isZero();
        timer.pass(Duration.ofMillis(1), () -> {});
        assertThat(writers.blocked()).isOne();
        hang();
        timer.pass(Duration.ofMillis(Writers.WATCH_MILLIS), () -> {});
        assertThat(writers.blocked()).isOne();

        timer.pass(Duration.ofMillis(Writers.WATCH_MILLIS), () -> {});

        assertThat(writers.blocked()).isEqualTo(2);
    }

    @Test
    void aSecondThreadComesOnlyWhereMuchWaits() {
        writers = writers(2, 100);
        hang();
        for (int i = 0; i < Writers.SHARE; i++) {
            writers.execute(() -> {});
        }
        assertThat(threads).hasSize(1);

        CountDownLatch done = new CountDownLatch(1);
        writers.execute(done::countDown);

        await(done);
        assertThat(threads).hasSize(2);
    }

    @Test
    void nothingMayWaitOnAThreadOfSomebodyElse() {
        assertThat(writers.mayWait(() -> {})).isFalse();
    }

    @Test
    void nothingMayWaitWhileTooManyAreBlocked() {
        writers = writers(1, 1);
        assertThat(mayWait()).isTrue();
        Hanging client = hang();
        lookTwice();

        assertThat(mayWait()).as("while the only one that may be is blocked").isFalse();

        client.goOn();
        until(() -> writers.blocked() == 0);
        assertThat(mayWait()).isTrue();
    }

    @Test
    void aThreadThatDoesNotComeBackIsLostAndNotCountedAsBlocked() {
        writers = writers(1, 1);
        Hanging client = hang();
        watchFor(LOST_AFTER);
        assertThat(writers.blocked()).isOne();
        assertThat(mayWait()).isFalse();

        watchFor(Duration.ofSeconds(1));

        assertThat(writers.blocked()).isZero();
        assertThat(writers.lost()).isOne();
        assertThat(mayWait()).isTrue();
        client.goOn();
        until(() -> writers.lost() == 0);
        assertThat(writers.blocked()).isZero();
    }

    @Test
    void aThreadThatCameBackFromBeingLostWorksAsBefore() {
        Hanging client = hang();
        watchFor(LOST_AFTER.plusSeconds(1));
        client.goOn();
        until(() -> writers.lost() == 0);
        until(() -> threads.stream().noneMatch(thread -> thread.getState() == Thread.State.RUNNABLE));

        hang();
        lookTwice();

        assertThat(writers.blocked()).isOne();
    }

    /** Keeps the watch from ending, as work does, for this long. */
    private void watchFor(Duration duration) {
        Duration step = Duration.ofMillis(10L * Writers.WATCH_MILLIS);
        for (Duration passed = Duration.ZERO; passed.compareTo(duration) < 0; passed = passed.plus(step)) {
            CountDownLatch done = new CountDownLatch(1);
            writers.execute(done::countDown);
            timer.pass(step, () -> {});
            await(done);
        }
    }

    @Test
    void aTaskThatThrowsDoesNotLoseThoseBehindIt() {
        CountDownLatch done = new CountDownLatch(1);
        writers.execute(() -> {
            throw new IllegalStateException("the test's");
        });
        writers.execute(done::countDown);

        await(done);
    }

    @Test
    void anInterruptDoesNotEndAThreadThatRests() {
        CountDownLatch first = new CountDownLatch(1);
        writers.execute(first::countDown);
        await(first);
        threads.get(0).interrupt();
        AtomicBoolean interrupted = new AtomicBoolean();
        CountDownLatch second = new CountDownLatch(1);
        writers.execute(() -> {
            interrupted.set(threads.size() > 1);
            second.countDown();
        });

        await(second);

        assertThat(interrupted).isFalse();
    }

    @Test
    void whereThereIsNoThreadTheCallerHearsOfIt() {
        Writers none = new Writers(task -> null, 2, 100, LOST_AFTER.toMillis(), timer);
        AtomicBoolean run = new AtomicBoolean();

        assertThatThrownBy(() -> none.execute(() -> run.set(true))).isInstanceOf(RejectedExecutionException.class);

        assertThat(run).isFalse();
    }

    @Test
    void afterTheEndNothingIsTaken() {
        writers.stop();

        assertThatThrownBy(() -> writers.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void theWatchEndsWhenThereIsNothingToWatch() {
        CountDownLatch done = new CountDownLatch(1);
        writers.execute(done::countDown);
        await(done);
        until(() -> threads.get(0).getState() == Thread.State.WAITING);

        timer.pass(Duration.ofSeconds(1), () -> {});

        assertThat(timer.pending()).isZero();
    }

    @Test
    void noTaskIsLeftBehindHoweverManyThreadsAddThem() throws InterruptedException {
        writers = writers(3, 100);
        int each = 20_000;
        CountDownLatch done = new CountDownLatch(3 * each);
        List<Thread> adders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Thread adder = new Thread(() -> {
                for (int n = 0; n < each; n += 4) {
                    writers.execute(done::countDown);
                    writers.execute(many(() -> {
                        writers.execute(done::countDown);
                        writers.execute(done::countDown);
                        writers.execute(done::countDown);
                    }));
                    if (n % 7 == 0) {
                        // So that threads come to rest in between.
                        Thread.onSpinWait();
                    }
                }
            });
            adders.add(adder);
            adder.start();
        }
        for (Thread adder : adders) {
            adder.join();
        }

        await(done);
    }

    @Test
    void nothingMayWaitWithinAnotherTask() {
        AtomicBoolean answer = new AtomicBoolean(true);
        CountDownLatch done = new CountDownLatch(1);
        writers.execute(() -> {
            answer.set(writers.mayWait(() -> {}));
            done.countDown();
        });

        await(done);

        assertThat(answer).isFalse();
    }

    private static Writers.ManyTasks many(Runnable adding) {
        return adding::run;
    }

    private boolean mayWait() {
        Asking asking = new Asking();
        writers.execute(asking);
        await(asking.done);
        return asking.answer;
    }

    /** Asks whether it may wait itself. */
    private final class Asking implements Runnable {

        private final CountDownLatch done = new CountDownLatch(1);
        private volatile boolean answer;

        @Override
        public void run() {
            answer = writers.mayWait(this);
            done.countDown();
        }
    }

    private Hanging hang() {
        Hanging task = new Hanging();
        hanging.add(task);
        writers.execute(task);
        task.awaitBegun();
        return task;
    }

    private void lookTwice() {
        look();
        look();
    }

    private void look() {
        timer.pass(Duration.ofMillis(Writers.CALM_MILLIS), () -> {});
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A write to a client that does not read until the test says so. */
    private static final class Hanging implements Runnable {

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch reads = new CountDownLatch(1);
        private volatile @Nullable Thread thread;

        @Override
        public void run() {
            thread = Thread.currentThread();
            begun.countDown();
            await(reads);
        }

        /** Returns when it waits. */
        void awaitBegun() {
            await(begun);
            Thread here = Objects.requireNonNull(thread);
            until(() -> here.getState() == Thread.State.TIMED_WAITING);
        }

        void goOn() {
            reads.countDown();
        }
    }
}
