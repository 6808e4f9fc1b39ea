package io.kulkul.core.endpoint;

import io.kulkul.core.hub.Hub;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/** What upgraded connections need of their instance. Thread-safe. */
final class UpgradedSessions {

    /** Most messages of clients are shorter, and come whole in one read. */
    private static final int BUFFER_BYTES = 8_192;

    private final Hub hub;
    private final UpgradeThreads threads;
    private final LongConsumer waits;
    private final long readIntervalNanos;
    private final AtomicInteger pausing = new AtomicInteger();
    private final int maxPausing = Runtime.getRuntime().availableProcessors();

    /** One for each of the container's threads that receive, not for each connection. It holds nothing of the application's classes. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<byte[]> buffers = ThreadLocal.withInitial(() -> new byte[BUFFER_BYTES]);

    /**
     * Begins without connections.
     *
     * @param waits lets its caller wait for so many nanoseconds
     */
    UpgradedSessions(Hub hub, UpgradeThreads threads, LongConsumer waits) {
        this.hub = hub;
        this.waits = waits;
        this.threads = threads;
        this.readIntervalNanos = hub.connectionSettings().readInterval().toNanos();
    }

    Hub hub() {
        return hub;
    }

    UpgradeThreads threads() {
        return threads;
    }

    /** A buffer that this thread may use until it returns to the container. */
    byte[] buffer() {
        return buffers.get();
    }

    ReadPace pace() {
        return new ReadPace(readIntervalNanos);
    }

    /**
     * Lets the caller, who receives, wait; not where so many wait already as there are processors: the container's threads are there for
     * others, too.
     */
    void pause(long nanos) {
        if (pausing.incrementAndGet() <= maxPausing) {
            waits.accept(nanos);
        }
        pausing.decrementAndGet();
    }
}
