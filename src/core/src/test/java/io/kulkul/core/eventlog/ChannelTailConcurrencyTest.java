package io.kulkul.core.eventlog;

import static io.kulkul.core.eventlog.Events.event;
import static io.kulkul.core.testkit.Together.require;

import io.kulkul.core.testkit.Together;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * One thread appends to a tail and others read it: Lincheck's model checker tries the orders of their reads and writes.
 *
 * <p>What must hold: a reader never gets another event than the one it asks for, and gets none only where that one has left the tail.
 */
class ChannelTailConcurrencyTest {

    private static final int ORDERS = 150;

    @Test
    void aReaderGetsTheEventItAsksForOrTheEventHasLeft() {
        Together.inManyOrders(ORDERS, () -> whileAppending(2, 2, 3));
    }

    @Test
    void aTailOfOneEventIsNoException() {
        Together.inManyOrders(ORDERS, () -> whileAppending(1, 1, 2));
    }

    @Test
    void nothingIsMissedWhileTheRingGrows() {
        Together.inManyOrders(ORDERS, () -> {
            ChannelTail tail = filled(32, 8);
            Together.run(() -> append(tail, 9, 10), () -> {
                long last = tail.last();
                for (long seq = 7; seq <= last; seq++) {
                    require(holds(tail, seq), "an event was missed while the ring grew");
                }
            });
        });
    }

    @Test
    void whatExpiresMeanwhileIsGoneForGood() {
        Together.inManyOrders(ORDERS, () -> {
            ChannelTail tail = filled(4, 3);
            Together.run(
                    () -> {
                        tail.expire(3);
                        append(tail, 4, 4);
                        tail.expire(100);
                        append(tail, 5, 5);
                    },
                    () -> {
                        for (long seq = 1; seq <= 4; seq++) {
                            Event found = tail.get(seq);
                            require(found == null || found.seq() == seq, "another event came");
                        }
                    });
            require(tail.first() == 5 && holds(tail, 5) && !holds(tail, 4), "the tail is not what it should be");
        });
    }

    @Test
    void twoThatAskForTheSameRunJoinItOnce() {
        Together.inManyOrders(ORDERS, () -> {
            ChannelTail tail = filled(4, 3);
            Encoding encoding = event -> "x";
            AtomicInteger joins = new AtomicInteger();
            ChannelTail.RunMaker join = (of, from, upTo, look, filter) ->
                    new Run(from, upTo, upTo, look, filter, new Encoded("joined " + joins.incrementAndGet(), 1), 3, 0);
            Together.run(() -> tail.run(1, 3, encoding, null, join), () -> tail.run(1, 3, encoding, null, join));
            require(joins.get() == 1, "a run was joined twice");
        });
    }

    private static void whileAppending(int capacity, int before, int more) {
        ChannelTail tail = filled(capacity, before);
        long[] gone = new long[before + more + 1];
        Together.run(() -> append(tail, before + 1, before + more), () -> {
            long first = tail.first();
            long last = tail.last();
            for (long seq = first; seq <= last; seq++) {
                Event found = tail.get(seq);
                require(found == null || found.seq() == seq, "another event came");
                gone[(int) seq] = found == null ? 1 : 0;
            }
            require(tail.first() >= first && tail.last() >= last, "the tail went back");
        });
        for (int seq = 1; seq < gone.length; seq++) {
            require(gone[seq] == 0 || seq < tail.first(), "an event that the tail holds was not found");
        }
        require(tail.last() == before + more, "not all was appended");
    }

    private static ChannelTail filled(int capacity, int events) {
        ChannelTail tail = new ChannelTail(capacity);
        append(tail, 1, events);
        return tail;
    }

    private static void append(ChannelTail tail, int from, int to) {
        for (long seq = from; seq <= to; seq++) {
            tail.append(event(seq, seq));
        }
    }

    private static boolean holds(ChannelTail tail, long seq) {
        Event found = tail.get(seq);
        return found != null && found.seq() == seq;
    }
}
