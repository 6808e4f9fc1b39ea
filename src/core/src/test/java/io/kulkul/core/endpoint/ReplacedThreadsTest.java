package io.kulkul.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kulkul.core.testkit.ManualTimer;
import io.kulkul.core.testkit.TestTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pool of two threads while some of them hang. Time passes when the test says so. */
class ReplacedThreadsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ManualTimer timer = new ManualTimer(new TestTime());
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final CountDownLatch theHangingGoOn = new CountDownLatch(1);
    private final ReplacedThreads pool = new ReplacedThreads(
            "waiting",
            2,
            task -> {
                Thread thread = new Thread(task);
                thread.setDaemon(true);
                threads.add(thread);
                return thread;
            },
            PATIENCE.toMillis(),
            timer);

    @AfterEach
    void endThreads() {
        theHangingGoOn.countDown();
        pool.stop();
    }

    @Test
    void eachThreadThatHangsIsReplaced() {
        hang();
        hang();
        CountDownLatch done = new CountDownLatch(1);
        pool.execute(done::countDown);
        timer.pass(PATIENCE.minusMillis(1), () -> {});
        assertThat(threads).hasSize(2);
        assertThat(done.getCount()).isOne();

        timer.pass(Duration.ofMillis(1), () -> {});

        await(done);
        assertThat(threads).hasSizeBetween(3, 4);
    }

    @Test
    void oneThatComesBackTakesItsPlaceAgain() {
        CountDownLatch first = hang();
        CountDownLatch second = hang();
        timer.pass(PATIENCE, () -> {});
        theHangingGoOn.countDown();
        await(first);
        await(second);
        timer.pass(Duration.ofSeconds(1), () -> {});

        CountDownLatch blocking = new CountDownLatch(1);
        List<CountDownLatch> begun = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 3; i++) {
            CountDownLatch begins = new CountDownLatch(1);
            begun.add(begins);
            pool.execute(() -> {
                begins.countDown();
                ReplacedThreadsTest.await(blocking);
            });
        }
        await(begun.get(0));
        await(begun.get(1));
        assertThat(begun.get(2).getCount()).as("two at once, as before").isOne();
        blocking.countDown();
        await(begun.get(2));
    }

    @Test
    void whatIsDoneInTimeLeavesNothingWithTheTimer() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        pool.execute(done::countDown);
        await(done);
        pool.stop();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(timer.pending()).isZero();
    }

    @Test
    void afterTheEndNothingIsTaken() {
        pool.stop();

        assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    /** Hands in a task that hangs, and waits until it does; the latch opens when it has come back. */
    private CountDownLatch hang() {
        CountDownLatch begins = new CountDownLatch(1);
        CountDownLatch back = new CountDownLatch(1);
        pool.execute(() -> {
            begins.countDown();
            await(theHangingGoOn);
            back.countDown();
        });
        await(begins);
        return back;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
