package io.kulkul.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.protocol.CloseCode;
import io.kulkul.core.testkit.TestHub;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Publishers that can wait are held up while the fan-out is behind, and not for longer than there is one. */
class AwaitRoomTest {

    private static final int MORE_THAN_MAY_WAIT = 200;

    private final TestHub hub = TestHub.with().unsettled().open();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Thread publisher = new Thread(this::awaitRoom, "publisher");

    private void awaitRoom() {
        try {
            hub.hub().publishing().awaitRoom();
        } catch (InterruptedException | RuntimeException unexpected) {
            failure.set(unexpected);
        }
    }

    @AfterEach
    void endThread() throws InterruptedException {
        publisher.interrupt();
        publisher.join();
    }

    @Test
    void aPublisherGoesOnWhenTheFanOutHasCaughtUp() throws InterruptedException {
        waits();

        hub.dispatcher.runAll();

        goesOn();
    }

    @Test
    void aPublisherGoesOnWhenTheInstanceEnds() throws InterruptedException {
        waits();

        hub.hub().stop(CloseCode.RESTARTING, Runnable::run, 0);

        goesOn();
    }

    @Test
    void aPublisherDoesNotWaitWhereThereIsNoThreadForTheFanOut() throws InterruptedException {
        hub.dispatcher.refuse(true);
        hub.publishNumbers("a:1", 1, MORE_THAN_MAY_WAIT);

        publisher.start();

        goesOn();
    }

    /** Returns when the publisher waits. */
    private void waits() {
        hub.publishNumbers("a:1", 1, MORE_THAN_MAY_WAIT);
        publisher.start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (publisher.getState() != Thread.State.WAITING) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private void goesOn() throws InterruptedException {
        publisher.join(Duration.ofSeconds(20).toMillis());
        assertThat(publisher.isAlive()).isFalse();
        assertThat(failure).hasValue(null);
    }
}
