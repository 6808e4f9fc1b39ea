package io.kulkul.core.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kulkul.core.testkit.TestTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A bucket allows a burst, and a rate over time. */
class TokenBucketTest {

    private final TestTime time = new TestTime();

    @Test
    void aNewBucketIsFull() {
        TokenBucket bucket = new TokenBucket(10, 3, time::nanos);

        assertThat(takenAtOnce(bucket)).isEqualTo(3);
    }

    @Test
    void tokensComeBackEvenly() {
        TokenBucket bucket = new TokenBucket(10, 3, time::nanos);
        takenAtOnce(bucket);

        time.advance(Duration.ofMillis(99));
        assertThat(bucket.tryTake()).isFalse();
        time.advance(Duration.ofMillis(1));
        assertThat(bucket.tryTake()).isTrue();
        assertThat(bucket.tryTake()).isFalse();
    }

    @Test
    void overTimeTheRateHoldsHoweverOftenOneTries() {
        TokenBucket bucket = new TokenBucket(10, 3, time::nanos);
        takenAtOnce(bucket);

        int taken = 0;
        for (int millis = 0; millis < 10_000; millis += 7) {
            time.advance(Duration.ofMillis(7));
            taken += takenAtOnce(bucket);
        }

        assertThat(taken).isEqualTo(100);
    }

    @Test
    void itNeverHoldsMoreThanItsCapacity() {
        TokenBucket bucket = new TokenBucket(10, 3, time::nanos);

        time.advance(Duration.ofDays(365));

        assertThat(takenAtOnce(bucket)).isEqualTo(3);
    }

    @Test
    void afterTheWaitThatItNamesThereIsAToken() {
        TokenBucket bucket = new TokenBucket(3, 1, time::nanos);
        assertThat(bucket.untilNext()).isEqualTo(Duration.ZERO);
        takenAtOnce(bucket);

        Duration wait = bucket.untilNext();

        assertThat(wait).isBetween(Duration.ofMillis(333), Duration.ofMillis(334));
        time.advance(wait);
        assertThat(bucket.tryTake()).isTrue();
    }

    @Test
    void nanosecondsThatOverflowDoNoHarm() {
        long[] now = {Long.MAX_VALUE - 50_000_000L};
        TokenBucket bucket = new TokenBucket(10, 1, () -> now[0]);
        takenAtOnce(bucket);

        now[0] += 100_000_000L;

        assertThat(bucket.tryTake()).isTrue();
    }

    @Test
    void aBucketThatNeverHasATokenCannotBeMade() {
        assertThatThrownBy(() -> new TokenBucket(0, 1, time::nanos)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TokenBucket(1, 0, time::nanos)).isInstanceOf(IllegalArgumentException.class);
    }

    private static int takenAtOnce(TokenBucket bucket) {
        int taken = 0;
        while (bucket.tryTake()) {
            taken++;
        }
        return taken;
    }
}
