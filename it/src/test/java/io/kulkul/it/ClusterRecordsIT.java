package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kulkul.it.ClusterRecords.Report;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The check of a cluster's records finds what is wrong with them: else it would prove nothing. */
class ClusterRecordsIT {
    private final ClusterRecords records = new ClusterRecords();

    @Test
    void recordsThatAreWholeAndEqualAreFlawless() {
        aliceReceives(1, 2, 3);
        bobReceives(1, 2, 3);
        records.acknowledged("c", "e", 3, "payload 3");

        Report report = records.check();

        assertThat(report.flawless()).as(report.toString()).isTrue();
        assertThat(report.events()).isEqualTo(3);
        assertThat(report.deliveries()).isEqualTo(6);
    }

    @Test
    void anEventThatOneClientLacksIsALoss() {
        aliceReceives(1, 2, 3);
        bobReceives(1, 3);

        assertThat(records.check().losses()).isEqualTo(1);
        assertThat(records.check().flawless()).isFalse();
    }

    @Test
    void theNewestEventCountsForAClientThatHasNothingYet() {
        aliceReceives(1);
        records.expects("bob", "c");

        assertThat(records.check().losses()).isEqualTo(1);
        assertThat(records.lackingUpTo(Map.of("c", 1L))).isEqualTo(1);
    }

    @Test
    void anEventThatComesAgainIsADuplicateAndNotAReordering() {
        aliceReceives(1, 2, 1);

        assertThat(records.check().duplicates()).isEqualTo(1);
        assertThat(records.check().reorderings()).isZero();
        assertThat(records.check().flawless()).isFalse();
    }

    @Test
    void anEventAfterALaterOneIsAReorderingAndNoLoss() {
        aliceReceives(2, 1);

        assertThat(records.check().reorderings()).isEqualTo(1);
        assertThat(records.check().losses()).isZero();
        assertThat(records.check().flawless()).isFalse();
    }

    @Test
    void aPositionWithTwoPayloadsIsADifference() {
        aliceReceives(1);
        records.received("bob", "c", "e", 1, "something else");

        assertThat(records.check().differing()).isEqualTo(1);
        assertThat(records.check().flawless()).isFalse();
    }

    @Test
    void aPositionThatWasPromisedAndThatNobodyHasIsLost() {
        aliceReceives(1);
        records.acknowledged("c", "e", 2, "payload 2");

        assertThat(records.check().acknowledgedLosses()).isEqualTo(1);
        assertThat(records.check().losses()).isEqualTo(1);
        assertThat(records.check().flawless()).isFalse();
    }

    @Test
    void aPayloadAtTwoPositionsIsARepetition() {
        records.received("alice", "c", "e", 1, "payload");
        records.received("alice", "c", "e", 2, "payload");

        assertThat(records.check().repeated()).isEqualTo(1);
        assertThat(records.check().flawless()).isFalse();
    }

    @Test
    void aSecondCountingIsAFlaw() {
        aliceReceives(1);
        records.received("alice", "c", "another", 2, "payload 2");

        assertThat(records.check().flawless()).isFalse();
    }

    @Test
    void aPositionIsNotGivenTwice() {
        records.acknowledged("c", "e", 1, "payload");

        assertThatThrownBy(() -> records.acknowledged("c", "e", 1, "another")).isInstanceOf(AssertionError.class);
    }

    private void aliceReceives(long... seqs) {
        receives("alice", seqs);
    }

    private void bobReceives(long... seqs) {
        receives("bob", seqs);
    }

    private void receives(String client, long... seqs) {
        for (long seq : seqs) {
            records.received(client, "c", "e", seq, "payload " + seq);
        }
    }
}
