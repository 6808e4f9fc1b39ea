package io.kulkul.core.endpoint;

import java.util.concurrent.TimeUnit;

/**
 * When a connection is read again: at once, but where a client's messages follow one another closely, once an interval, with what has come by
 * then.
 *
 * <p>Each read costs the server a thread that it wakes to look for readable sockets, one that receives, and what the messages then wake, which
 * is more than what a message costs itself. Drivers of network cards do the same (<em>interrupt coalescing</em>).
 *
 * <p>A client that waits for answers before it sends more would be slowed down. So the rate without pauses is taken first, over
 * {@value #SAMPLE} reads, and where less than {@value #ENOUGH_PERCENT} % of it comes during as many with pauses, there are none for
 * {@link #PHASE_NANOS}. The rate is taken anew as often, because clients change.
 *
 * <p>Confined to the thread that receives. Times are {@link System#nanoTime}'s.
 */
final class ReadPace {

    /** So many reads make a sample of a client's rate. */
    static final int SAMPLE = 64;

    static final int ENOUGH_PERCENT = 70;

    static final long PHASE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final long intervalNanos;
    private Phase phase = Phase.MEASURING;
    private long phaseBegan;

    /** The last read; none before the first sample has begun. */
    private long readAt;

    private boolean muchLeft;

    /** Of the sample that is being taken: when its first read was, and how many reads and messages came after that. */
    private long sampleBegan;

    private int reads = -1;
    private long messages;

    /** What came without pauses: so many messages in so many nanoseconds. */
    private long freeMessages;

    private long freeNanos;

    private enum Phase {
        /** Nothing is delayed, and the rate is taken. */
        MEASURING,
        /** The client is read once an interval. */
        PAUSING,
        /** Nothing is delayed. */
        RESTING
    }

    /**
     * Begins before the first read.
     *
     * @param intervalNanos 0: there are no pauses
     */
    ReadPace(long intervalNanos) {
        this.intervalNanos = intervalNanos;
    }

    /** For how many nanoseconds to wait before reading again; 0 where there is no reason to, and at most the interval. */
    long pauseNanos(long now) {
        return phase == Phase.PAUSING && !muchLeft ? Math.max(0, intervalNanos - (now - readAt)) : 0;
    }

    /** Something is there to be read. */
    void reads(long now) {
        boolean goesOn = reads >= 0 && now - readAt < 2 * intervalNanos;
        readAt = now;
        if (phase != Phase.MEASURING && now - phaseBegan >= PHASE_NANOS) {
            begin(Phase.MEASURING);
        } else if (!goesOn && phase != Phase.RESTING) {
            begin(Phase.MEASURING);
        } else if (++reads == SAMPLE) {
            sampled();
        }
    }

    /**
     * It was read.
     *
     * @param count how many messages came to their end
     * @param more whether so much was there that there is more of it, probably
     */
    void has(int count, boolean more) {
        muchLeft = more;
        // What the first read of a sample brought came before it.
        messages += reads > 0 ? count : 0;
    }

    private void sampled() {
        long nanos = Math.max(1, readAt - sampleBegan);
        if (phase == Phase.MEASURING) {
            freeMessages = messages;
            freeNanos = nanos;
            begin(Phase.PAUSING);
        } else if (phase == Phase.PAUSING && slower(nanos)) {
            begin(Phase.RESTING);
        } else {
            sample();
        }
    }

    private boolean slower(long nanos) {
        return 100.0 * messages * freeNanos < (double) ENOUGH_PERCENT * freeMessages * nanos;
    }

    private void begin(Phase next) {
        phase = next;
        phaseBegan = readAt;
        sample();
    }

    private void sample() {
        sampleBegan = readAt;
        reads = 0;
        messages = 0;
    }
}
