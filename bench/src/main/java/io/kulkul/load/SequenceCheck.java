package io.kulkul.load;

/**
 * Which events of its channels one connection has had: finds those that are missing, come twice, or come behind a later one.
 *
 * <p>Remembers per channel the highest seq and which of the 64 up to it have come; an older one than those counts as a duplicate. Confined to
 * the thread that reads the connection.
 */
final class SequenceCheck {

    private static final int REMEMBERED = 64;

    private final int[] last;
    private final long[] seen;
    private long missing;

    /** What an arriving event is. */
    enum Arrival {
        /** The first time, behind all that came before. */
        IN_ORDER,
        /** The first time, but a later one was here before. */
        LATE,
        /** Not the first time. */
        DUPLICATE
    }

    /** Has had nothing of so many channels. */
    SequenceCheck(int channels) {
        last = new int[channels];
        seen = new long[channels];
    }

    /** An event has come; seqs begin at 1. */
    Arrival arrived(int channel, int seq) {
        int ahead = seq - last[channel];
        if (ahead > 0) {
            missing += ahead - 1;
            seen[channel] = ahead >= REMEMBERED ? 1 : seen[channel] << ahead | 1;
            last[channel] = seq;
            return Arrival.IN_ORDER;
        }
        long bit = -ahead >= REMEMBERED ? 0 : 1L << -ahead;
        if (bit == 0 || (seen[channel] & bit) != 0) {
            return Arrival.DUPLICATE;
        }
        seen[channel] |= bit;
        missing--;
        return Arrival.LATE;
    }

    /** How many have not come, of a channel that has had so many. */
    long missing(int channel, int published) {
        return (long) published - last[channel];
    }

    /** How many of all channels have not come, although later ones have. */
    long missing() {
        return missing;
    }
}
