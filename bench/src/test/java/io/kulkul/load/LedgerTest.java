package io.kulkul.load;

import static io.kulkul.load.SequenceCheck.Arrival.DUPLICATE;
import static io.kulkul.load.SequenceCheck.Arrival.IN_ORDER;
import static io.kulkul.load.SequenceCheck.Arrival.LATE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is counted, and which latencies are recorded. */
class LedgerTest {

    private static final long BEGIN = 1_000_000_000L;
    private static final long END = 2_000_000_000L;

    private final MeasuredTime measured = new MeasuredTime();
    private final Ledger ledger = new Ledger(measured, new Completion(new int[] {2}));

    @BeforeEach
    void measure() {
        measured.set(BEGIN, END);
    }

    @Test
    void latencyRunsFromWhenTheEventWasDue() {
        ledger.arrived(IN_ORDER, BEGIN + 5_000_000, BEGIN, 0, 0);

        assertThat(ledger.each().getTotalCount()).isEqualTo(1);
        assertThat(ledger.each().getMaxValue()).isBetween(4990L, 5010L);
    }

    @Test
    void anEventThatWasDueInTheMeasuredTimeCountsHoweverLateItComes() {
        ledger.arrived(IN_ORDER, END + 60_000_000_000L, END - 1, 0, 0);

        assertThat(ledger.each().getMaxValue()).isGreaterThan(59_000_000L);
    }

    @Test
    void anEventThatWasDueBeforeOrAfterIsNotRecorded() {
        ledger.arrived(IN_ORDER, BEGIN + 5, BEGIN - 1, 0, 0);
        ledger.arrived(IN_ORDER, END + 5, END, 1, 0);

        assertThat(ledger.each().getTotalCount()).isZero();
        ledger.publish();
        assertThat(ledger.received()).isEqualTo(2);
    }

    @Test
    void nothingIsRecordedBeforeTheMeasuredTimeIsSet() {
        Ledger early = new Ledger(new MeasuredTime(), new Completion(new int[] {1}));

        early.arrived(IN_ORDER, 5, 0, 0, 0);

        assertThat(early.each().getTotalCount()).isZero();
    }

    @Test
    void theLastOfTheReadersCompletesTheEvent() {
        ledger.arrived(IN_ORDER, BEGIN + 1_000_000, BEGIN, 0, 0);
        assertThat(ledger.last().getTotalCount()).isZero();

        ledger.arrived(IN_ORDER, BEGIN + 9_000_000, BEGIN, 0, 0);
        assertThat(ledger.last().getTotalCount()).isEqualTo(1);
        assertThat(ledger.last().getMaxValue()).isBetween(8980L, 9010L);
    }

    @Test
    void aDuplicateIsCountedAndIsNoArrival() {
        ledger.arrived(DUPLICATE, BEGIN + 1, BEGIN, 0, 0);

        ledger.publish();
        assertThat(ledger.received()).isZero();
        assertThat(ledger.duplicates()).isEqualTo(1);
        assertThat(ledger.each().getTotalCount()).isZero();
    }

    @Test
    void aLateEventIsAnArrival() {
        ledger.arrived(LATE, BEGIN + 1, BEGIN, 0, 0);

        ledger.publish();
        assertThat(ledger.received()).isEqualTo(1);
        assertThat(ledger.late()).isEqualTo(1);
    }

    @Test
    void framesCountByWhenTheyCome() {
        ledger.frame(BEGIN - 1, 10, 1000);
        ledger.frame(BEGIN, 3, 600);

        assertThat(ledger.framesInTime()).isEqualTo(1);
        assertThat(ledger.arrivedInTime()).isEqualTo(3);
        assertThat(ledger.bytesInTime()).isEqualTo(600);
    }

    @Test
    void ledgersOfSeveralThreadsAddUp() {
        Ledger other = new Ledger(measured, new Completion(new int[] {2}));
        other.arrived(IN_ORDER, BEGIN + 1_000_000, BEGIN, 0, 0);
        other.arrived(DUPLICATE, BEGIN + 1_000_000, BEGIN, 0, 0);
        other.gap();
        ledger.arrived(IN_ORDER, BEGIN + 1_000_000, BEGIN, 0, 0);

        ledger.add(other);

        assertThat(ledger.received()).isEqualTo(2);
        assertThat(ledger.each().getTotalCount()).isEqualTo(2);
        assertThat(ledger.duplicates()).isEqualTo(1);
        assertThat(ledger.gaps()).isEqualTo(1);
    }
}
