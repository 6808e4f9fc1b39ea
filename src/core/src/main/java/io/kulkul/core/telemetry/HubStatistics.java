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
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder connectionsOpened = new LongAdder();
    private final LongAdder eventsOverflowed = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    private final LongAdder eventsReplayed = new LongAdder();
    private final LongAdder commandsRefused = new LongAdder();
    private final LatencyWindow delivery = new LatencyWindow(System::nanoTime);

    HubStatistics(Meter exported) {
        this.exported = exported;
    }

    /** How many events were published since the hub started, without those of the hub's own channels. */
    public long eventsPublished() {
        return eventsPublished.sum();
    }

    /** How many events were handed to clients' sockets since the hub started, each counted once per client. */
    public long messagesSent() {
        return messagesSent.sum();
    }

    /** How many bytes of frames were handed to sockets since the hub started. */
    public long bytesSent() {
        return bytesSent.sum();
    }

    /** How many handshakes were completed since the hub started. */
    public long connectionsOpened() {
        return connectionsOpened.sum();
    }

    /** How many events were not sent to slow clients since the hub started. */
    public long eventsOverflowed() {
        return eventsOverflowed.sum();
    }

    /** How many gap frames told of it. */
    public long gaps() {
        return gaps.sum();
    }

    /** How many events of before new subscriptions were promised since the hub started. */
    public long eventsReplayed() {
        return eventsReplayed.sum();
    }

    /** How many commands of clients were answered by an error since the hub started. */
    public long commandsRefused() {
        return commandsRefused.sum();
    }

    /** How long events took lately from being accepted to the end of their write. */
    LatencyWindow delivery() {
        return delivery;
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
        connectionsOpened.increment();
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
        bytesSent.add(bytes);
        messagesSent.add(messages);
        exported.sent(dialect, messages, bytes);
    }

    @Override
    public void tick() {
        exported.tick();
    }

    @Override
    public void delivered(long nanos) {
        delivery.record(nanos);
        exported.delivered(nanos);
    }

    @Override
    public void overflowed(String namespace, long events) {
        eventsOverflowed.add(events);
        exported.overflowed(namespace, events);
    }

    @Override
    public void gap() {
        gaps.increment();
        exported.gap();
    }

    @Override
    public void replayed(int events) {
        eventsReplayed.add(events);
        exported.replayed(events);
    }

    @Override
    public void published(String namespace, long nanos) {
        // An idle instance would seem to be busy with telling that it is idle.
        if (!namespace.startsWith("$")) {
            eventsPublished.increment();
        }
        exported.published(namespace, nanos);
    }

    @Override
    public void refused(ErrorCode code) {
        commandsRefused.increment();
        exported.refused(code);
    }

    @Override
    public void rateLimited() {
        exported.rateLimited();
    }
}
