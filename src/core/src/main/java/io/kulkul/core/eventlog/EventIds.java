package io.kulkul.core.eventlog;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes UUIDv7 (RFC 9562, section 5.7) that grow in the order in which they are made.
 *
 * <p>The 12 bits behind the milliseconds count within one millisecond (section 6.2, method 1); when they run out, the time is moved on
 * by one. Thread-safe.
 */
public final class EventIds {

    private static final int STORE = 64 * Long.BYTES;

    private final Clock clock;
    private final RandomGenerator random;

    /** Random bits in store: a secure generator's price is by the call. Guarded by {@code this}, as is what follows. */
    private final ByteBuffer bits = ByteBuffer.allocate(STORE).limit(0);

    private long millis;
    private int count;

    public EventIds(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** The next id. */
    public String next() {
        long high;
        long low;
        synchronized (this) {
            long now = clock.millis();
            if (now > millis) {
                millis = now;
                count = random.nextInt(1 << 8);
            } else if (++count == 1 << 12) {
                millis++;
                count = 0;
            }
            high = (millis << 16) | 0x7000L | count;
            low = randomBits();
        }
        return new UUID(high, (low & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L).toString();
    }

    private long randomBits() {
        if (!bits.hasRemaining()) {
            random.nextBytes(bits.array());
            bits.clear();
        }
        return bits.getLong();
    }
}
