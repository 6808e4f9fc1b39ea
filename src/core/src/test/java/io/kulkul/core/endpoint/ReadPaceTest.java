package io.kulkul.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a connection is read again. Times are in microseconds here. */
class ReadPaceTest {

    private static final int INTERVAL = 1000;
    private static final long PHASE = ReadPace.PHASE_NANOS / 1000;

    private ReadPace pace = new ReadPace(INTERVAL * 1000L);

    /** Near the end of what {@link System#nanoTime} counts, to go over it. */
    private long now = Long.MAX_VALUE / 1000 - 2000;

    @Test
    void whoSendsNowAndThenIsReadAtOnce() {
        for (int i = 0; i < 10 * ReadPace.SAMPLE; i++) {
            reads(2 * INTERVAL, 1);

            assertThat(pause()).isZero();
        }
    }

    @Test
    void whoGoesOnSendingIsReadOnceAnInterval() {
        reads(0, 1);
        for (int i = 0; i < ReadPace.SAMPLE; i++) {
            assertThat(pause()).as("after %s close reads", i).isZero();
            reads(500, 1);
        }

        assertThat(pause()).isEqualTo(INTERVAL);
        now += 300;
        assertThat(pause()).as("what is left of it").isEqualTo(INTERVAL - 300);
    }

    @Test
    void whatTakesLongerThanTheIntervalIsFollowedByNoPause() {
        sendsEach(500);

        now += INTERVAL;

        assertThat(pause()).isZero();
    }

    @Test
    void aBreakBeginsAnew() {
        sendsEach(500);

        reads(2 * INTERVAL, 5);

        assertThat(pause()).isZero();
    }

    @Test
    void aHalfFullBufferIsReadOn() {
        sendsEach(500);

        now += INTERVAL;
        pace.reads(now * 1000);
        pace.has(20, true);
        assertThat(pause()).isZero();

        reads(100, 20);
        assertThat(pause()).isEqualTo(INTERVAL);
    }

    @Test
    void whoSendsAsMuchAsBeforeGoesOnBeingReadOnceAnInterval() {
        sendsEach(500);

        for (int i = 0; i < 10 * ReadPace.SAMPLE; i++) {
            assertThat(pause()).as("read %s", i).isEqualTo(INTERVAL);
            reads(INTERVAL, 2);
        }
    }

    @Test
    void whoSendsALittleLessDoesToo() {
        sendsEach(500);

        for (int i = 0; i < 10 * ReadPace.SAMPLE; i++) {
            assertThat(pause()).as("read %s", i).isEqualTo(INTERVAL);
            reads(INTERVAL, i % 2 == 0 ? 1 : 2);
        }
    }

    @Test
    void whoWaitsForAnswersIsHeldUpForOneSampleOnly() {
        sendsEach(500);
        for (int i = 0; i < ReadPace.SAMPLE; i++) {
            assertThat(pause()).as("read %s", i).isEqualTo(INTERVAL);
            reads(INTERVAL, 1);
        }

        long slowed = now;
        for (; now < slowed + PHASE; reads(500, 1)) {
            assertThat(pause()).isZero();
        }
        for (int i = 0; i < ReadPace.SAMPLE; i++) {
            assertThat(pause()).as("the rate is taken again").isZero();
            reads(500, 1);
        }
        assertThat(pause()).as("another try").isEqualTo(INTERVAL);
    }

    @Test
    void theRateIsTakenAnewNowAndThen() {
        sendsEach(500);
        long began = now;
        for (; now < began + PHASE; reads(INTERVAL, 2)) {
            assertThat(pause()).isEqualTo(INTERVAL);
        }

        for (int i = 0; i < ReadPace.SAMPLE; i++) {
            assertThat(pause()).isZero();
            reads(100, 1);
        }
        for (int i = 0; i < ReadPace.SAMPLE; i++) {
            assertThat(pause()).isEqualTo(INTERVAL);
            reads(INTERVAL, 4);
        }
        assertThat(pause()).as("it could send ten in that time").isZero();
    }

    @Test
    void anIntervalOfNothingIsNoPause() {
        pace = new ReadPace(0);
        for (int i = 0; i < 10 * ReadPace.SAMPLE; i++) {
            reads(0, 1);
            assertThat(pause()).isZero();
        }
    }

    /** Until it is read once an interval. */
    private void sendsEach(long micros) {
        reads(0, 1);
        for (int i = 0; i < ReadPace.SAMPLE; i++) {
            reads(micros, 1);
        }
        assertThat(pause()).isEqualTo(INTERVAL);
    }

    private long pause() {
        return pace.pauseNanos(now * 1000) / 1000;
    }

    private void reads(long later, int messages) {
        now += later;
        pace.reads(now * 1000);
        pace.has(messages, false);
    }
}
