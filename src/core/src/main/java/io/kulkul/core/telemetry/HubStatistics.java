package io.kulkul.core.telemetry;

import io.kulkul.core.bus.EventBus;
import io.kulkul.core.connection.Gauges;
import io.kulkul.core.connection.Meter;
import io.kulkul.core.protocol.ErrorCode;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keeps the totals that the instance tells about itself, and passes everything on to the meter that exports it.
 *
 * <p>Thread-safe. The meter of every hub that a container starts, with and without MicroProfile Metrics.
 */
public final class HubStatistics implements Meter {

    private final Meter exported;
    private final LongAdder eventsPublished = new LongAdder();
    private final LongAdder messagesSent = new LongAdder();

    HubStatistics(Meter exported) {
        this.exported = exported;
    }

    /** How many events were published since the hub started. */
    public long eventsPublished() {
        return eventsPublished.sum();
    }

    /** How many events were handed to clients' sockets since the hub started, each counted once per client. */
    public long messagesSent() {
        return messagesSent.sum();
    }

    @Override
    public void started(Set<String> namespaces, Set<String> dialects, Gauges gauges) {
        exported.started(namespaces, dialects, gauges);
    }

    @Override
    public void clustered(EventBus bus) {
        exported.clustered(bus);
    }

    @Override
    public void opened() {
        exported.opened();
    }

    @Override
    public void closed(String reason) {
        exported.closed(reason);
    }

    @Override
    public void received(String type) {
        exported.received(type);
    }

    @Override
    public void sent(String dialect, int messages, int bytes) {
        messagesSent.add(messages);
        exported.sent(dialect, messages, bytes);
    }

    @Override
    public void tick() {
        exported.tick();
    }

    @Override
    public void delivered(long nanos) {
        exported.delivered(nanos);
    }

    @Override
    public void overflowed(String namespace, long events) {
        exported.overflowed(namespace, events);
    }

    @Override
    public void gap() {
        exported.gap();
    }

    @Override
    public void replayed(int events) {
        exported.replayed(events);
    }

    @Override
    public void published(String namespace, long nanos) {
        eventsPublished.increment();
        exported.published(namespace, nanos);
    }

    @Override
    public void refused(ErrorCode code) {
        exported.refused(code);
    }

    @Override
    public void rateLimited() {
        exported.rateLimited();
    }
}
