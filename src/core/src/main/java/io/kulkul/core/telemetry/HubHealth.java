package io.kulkul.core.telemetry;

import io.kulkul.core.bus.EventBus;
import io.kulkul.core.hub.Durable;
import io.kulkul.core.hub.Hub;
import java.time.Duration;

/** Decides whether a hub has started, may be sent clients, and should be left running. Thread-safe. */
final class HubHealth {

    /** The hub's timer makes a round every second; after this long without one it never will again. */
    static final Duration LONGEST_ROUND = Duration.ofSeconds(30);

    private final Hub hub;

    HubHealth(Hub hub) {
        this.hub = hub;
    }

    /** Whether clients can reach the hub; that it exists says that its settings are good. */
    boolean started() {
        return hub.reachable();
    }

    /**
     * Whether new clients are welcome. They are not where they would not hear what other instances publish,
     * or where the database does not take events.
     *
     * @param bus to the other instances
     */
    boolean ready(EventBus bus) {
        return !hub.draining() && !hub.connections().full() && bus.connected() && !logAway();
    }

    /** Whether the database log does not answer. */
    private boolean logAway() {
        Durable durable = hub.durable();
        return durable != null && durable.failing();
    }

    /**
     * Whether timer and writers make progress.
     *
     * <p>Slow clients must not get an instance killed. The timer ends a write that hangs at the write time-out, so a write that is far
     * beyond it says that the hub, not the client, is stuck.
     */
    boolean live() {
        return hub.draining() || (sinceRound().compareTo(LONGEST_ROUND) < 0 && writersStuck() == 0);
    }

    Duration sinceRound() {
        return Duration.ofNanos(hub.sinceTick());
    }

    int writersStuck() {
        Duration beyond = hub.connectionSettings().writeTimeout().plus(LONGEST_ROUND);
        return hub.connections().writersBlockedFor(beyond.toNanos());
    }
}
