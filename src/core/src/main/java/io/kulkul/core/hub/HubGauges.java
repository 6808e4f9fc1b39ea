package io.kulkul.core.hub;

import io.kulkul.core.connection.Gauges;
import java.util.concurrent.TimeUnit;

/** Counts what there is in a hub. */
record HubGauges(Hub hub) implements Gauges {

    private static final long BLOCKED_NANOS = TimeUnit.SECONDS.toNanos(1);

    @Override
    public int connections() {
        return hub.connections().count();
    }

    @Override
    public int maxConnections() {
        return hub.connectionSettings().maxTotal();
    }

    @Override
    public int subscriptions() {
        return hub.subscriptionCount();
    }

    @Override
    public int channels() {
        return hub.channels().count();
    }

    @Override
    public long outboxPending() {
        Durable durable = hub.durable();
        return durable == null ? 0 : durable.outboxPending();
    }

    @Override
    public int writersBlocked() {
        return hub.connections().writersBlockedFor(BLOCKED_NANOS);
    }
}
