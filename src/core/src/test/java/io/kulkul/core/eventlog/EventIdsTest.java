package io.kulkul.core.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.TestTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** UUIDs of version 7. */
class EventIdsTest {

    private final TestTime time = new TestTime();
    private final EventIds ids = new EventIds(time, new Random(1));

    @Test
    void anIdIsAUuidOfVersion7AndTheVariantOfTheRfc() {
        for (int i = 0; i < 1000; i++) {
            UUID id = UUID.fromString(ids.next());

            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
            time.advance(Duration.ofMillis(i % 2));
        }
    }

    @Test
    void itBeginsWithTheMilliseconds() {
        assertThat(UUID.fromString(ids.next()).getMostSignificantBits() >>> 16).isEqualTo(time.millis());
    }

    @Test
    void idsGrowInTheOrderInWhichTheyAreMade() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            made.add(ids.next());
            if (i % 7000 == 0) {
                time.advance(Duration.ofMillis(1));
            }
        }

        assertThat(made).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void theyGrowAlsoWhereTheClockIsSetBack() {
        String before = ids.next();
        time.setMillis(time.millis() - 60_000);

        assertThat(ids.next()).isGreaterThan(before);
    }
}
