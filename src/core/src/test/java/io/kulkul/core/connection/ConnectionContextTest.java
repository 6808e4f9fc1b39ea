package io.kulkul.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.ManualExecutor;
import io.kulkul.core.testkit.ManualTimer;
import io.kulkul.core.testkit.RecordingMeter;
import io.kulkul.core.testkit.TestTime;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Closing sockets off to the side, and waiting for it at the end. */
class ConnectionContextTest {

    private final TestTime time = new TestTime();
    private final ManualExecutor closers = new ManualExecutor();
    private final RecordingMeter meter = new RecordingMeter();
    private final AtomicInteger closed = new AtomicInteger();
    private final ConnectionContext context = new ConnectionContext(
            time,
            time::nanos,
            meter,
            new FlushTimer(new ManualTimer(time), Runnable::run, time::nanos, 100),
            closers,
            connection -> {});

    @Test
    void whoeverClosesDoesNotWait() {
        context.closeTransport(closed::incrementAndGet);

        assertThat(closed).hasValue(0);
        closers.runAll();
        assertThat(closed).hasValue(1);
    }

    @Test
    void aHundredThousandMayCloseAtOnce() throws InterruptedException {
        for (int i = 0; i < 100_000; i++) {
            context.closeTransport(closed::incrementAndGet);
        }

        closers.runAll();
        context.awaitCloses(0);

        assertThat(closed).hasValue(100_000);
        assertThat(meter.of("closed.unclosed")).isZero();
    }

    @Test
    void whatIsStillClosingAfterTheTimeIsLeftAlone() throws InterruptedException {
        context.closeTransport(closed::incrementAndGet);

        context.awaitCloses(0);

        assertThat(meter.of("closed.unclosed")).isOne();
    }

    @Test
    void theEndIsWaitedForOnTheThreadsOfTheEnd() throws InterruptedException {
        context.closeOn(Runnable::run);

        context.closeTransport(closed::incrementAndGet);
        context.awaitCloses(0);

        assertThat(closed).hasValue(1);
        assertThat(meter.of("closed.unclosed")).isZero();
    }

    @Test
    void whereThreadsHaveEndedTheCallerCloses() {
        closers.refuse(true);

        context.closeTransport(closed::incrementAndGet);

        assertThat(closed).hasValue(1);
    }

    @Test
    void aCloseThatFailsIsOverToo() throws InterruptedException {
        context.closeTransport(() -> {
            throw new IllegalStateException("a test's socket");
        });
        try {
            closers.runAll();
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessage("a test's socket");
        }

        context.awaitCloses(0);

        assertThat(meter.of("closed.unclosed")).isZero();
    }
}
