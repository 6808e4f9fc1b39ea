package io.kulkul.load;

import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * What one reading thread has seen. Confined to it, until it has ended; {@link #received} may be read by all.
 *
 * <p>Latencies run from when an event was due and not from when it was sent: a publisher that is held up would leave out just those events
 * that would have waited longest (coordinated omission).
 */
final class Ledger {

    /** In microseconds; what takes longer is recorded as this. */
    private static final long LONGEST = 600_000_000L;

    private final MeasuredTime measured;
    private final Completion completion;
    private final Histogram each = new Histogram(LONGEST, 3);
    private final Histogram last = new Histogram(LONGEST, 3);
    private final AtomicLong published = new AtomicLong();
    private long received;
    private long arrivedInTime;
    private long framesInTime;
    private long bytesInTime;
    private long duplicates;
    private long late;
    private long gaps;

    Ledger(MeasuredTime measured, Completion completion) {
        this.measured = measured;
        this.completion = completion;
    }

    /** A subscriber's event has come. */
    void arrived(SequenceCheck.Arrival arrival, long now, long due, int number, int channel) {
        if (arrival == SequenceCheck.Arrival.DUPLICATE) {
            duplicates++;
            return;
        }
        received++;
        late += arrival == SequenceCheck.Arrival.LATE ? 1 : 0;
        boolean completes = completion.arrived(number, channel);
        if (measured.contains(due)) {
            long micros = Math.min(Math.max(0, now - due) / 1000, LONGEST);
            each.recordValue(micros);
            if (completes) {
                last.recordValue(micros);
            }
        }
    }

    /** A frame with events has come. */
    void frame(long now, int events, int bytes) {
        if (measured.contains(now)) {
            framesInTime++;
            arrivedInTime += events;
            bytesInTime += bytes;
        }
    }

    /** The server says that it left events out. */
    void gap() {
        gaps++;
    }

    /** Lets other threads know how much has come. */
    void publish() {
        published.lazySet(received);
    }

    /** How many events had come, without duplicates, when {@link #publish} was called last. */
    long received() {
        return published.get();
    }

    /** Adds another thread's, which has ended. */
    void add(Ledger other) {
        each.add(other.each);
        last.add(other.last);
        received += other.received;
        arrivedInTime += other.arrivedInTime;
        framesInTime += other.framesInTime;
        bytesInTime += other.bytesInTime;
        duplicates += other.duplicates;
        late += other.late;
        gaps += other.gaps;
        publish();
    }

    /** Latencies of the events that were due in the measured time, in microseconds. */
    Histogram each() {
        return each;
    }

    /** How long it took until an event had reached all of its subscribers. */
    Histogram last() {
        return last;
    }

    /** How many events came in the measured time. */
    long arrivedInTime() {
        return arrivedInTime;
    }

    long framesInTime() {
        return framesInTime;
    }

    long bytesInTime() {
        return bytesInTime;
    }

    long duplicates() {
        return duplicates;
    }

    long late() {
        return late;
    }

    long gaps() {
        return gaps;
    }
}
