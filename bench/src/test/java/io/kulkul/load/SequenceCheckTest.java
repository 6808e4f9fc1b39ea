package io.kulkul.load;

import static io.kulkul.load.SequenceCheck.Arrival.DUPLICATE;
import static io.kulkul.load.SequenceCheck.Arrival.IN_ORDER;
import static io.kulkul.load.SequenceCheck.Arrival.LATE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Loss, duplicates and order, per channel. */
class SequenceCheckTest {

    private final SequenceCheck check = new SequenceCheck(2);

    @Test
    void eventsInOrderAreAllThere() {
        for (int seq = 1; seq <= 200; seq++) {
            assertThat(check.arrived(0, seq)).isEqualTo(IN_ORDER);
        }

        assertThat(check.missing()).isZero();
        assertThat(check.missing(0, 200)).isZero();
    }

    @Test
    void aHoleIsMissing() {
        check.arrived(0, 1);
        check.arrived(0, 5);

        assertThat(check.missing()).isEqualTo(3);
    }

    @Test
    void whatNeverCameAtTheEndIsMissing() {
        check.arrived(0, 1);

        assertThat(check.missing(0, 10)).isEqualTo(9);
        assertThat(check.missing(1, 10)).isEqualTo(10);
    }

    @Test
    void aFirstEventThatIsNotTheFirstLeavesAHole() {
        check.arrived(1, 3);

        assertThat(check.missing()).isEqualTo(2);
    }

    @Test
    void anEventBehindALaterOneIsLateAndNotMissing() {
        check.arrived(0, 1);
        check.arrived(0, 3);

        assertThat(check.arrived(0, 2)).isEqualTo(LATE);
        assertThat(check.missing()).isZero();
    }

    @Test
    void anEventThatComesTwiceIsADuplicate() {
        check.arrived(0, 1);
        check.arrived(0, 2);

        assertThat(check.arrived(0, 2)).isEqualTo(DUPLICATE);
        assertThat(check.arrived(0, 1)).isEqualTo(DUPLICATE);
        assertThat(check.missing()).isZero();
    }

    @Test
    void aLateEventThatComesTwiceIsADuplicateTheSecondTime() {
        check.arrived(0, 2);

        assertThat(check.arrived(0, 1)).isEqualTo(LATE);
        assertThat(check.arrived(0, 1)).isEqualTo(DUPLICATE);
        assertThat(check.missing()).isZero();
    }

    @Test
    void aWideHoleIsCountedAndForgotten() {
        check.arrived(0, 1);
        check.arrived(0, 1000);

        assertThat(check.missing()).isEqualTo(998);
        assertThat(check.arrived(0, 999)).isEqualTo(LATE);
        assertThat(check.arrived(0, 2))
                .as("too old to be told from a duplicate")
                .isEqualTo(DUPLICATE);
        assertThat(check.missing()).isEqualTo(997);
    }

    @Test
    void channelsAreCountedApart() {
        check.arrived(0, 1);

        assertThat(check.arrived(1, 1)).isEqualTo(IN_ORDER);
    }
}
