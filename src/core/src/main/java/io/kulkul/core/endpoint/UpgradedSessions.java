package io.kulkul.core.endpoint;

import io.kulkul.core.hub.Hub;

/** What upgraded connections need of their instance. Thread-safe. */
final class UpgradedSessions {

    /** Most messages of clients are shorter, and come whole in one read. */
    private static final int BUFFER_BYTES = 8_192;

    private final Hub hub;
    private final UpgradeThreads threads;

    /** One for each of the container's threads that receive, not for each connection. It holds nothing of the application's classes. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<byte[]> buffers = ThreadLocal.withInitial(() -> new byte[BUFFER_BYTES]);

    UpgradedSessions(Hub hub, UpgradeThreads threads) {
        this.hub = hub;
        this.threads = threads;
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
}
