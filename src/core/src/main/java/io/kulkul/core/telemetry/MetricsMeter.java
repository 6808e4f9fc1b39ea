package io.kulkul.core.telemetry;

import io.kulkul.core.bus.EventBus;
import io.kulkul.core.bus.LocalBus;
import io.kulkul.core.connection.Gauges;
import io.kulkul.core.connection.Meter;
import io.kulkul.core.protocol.CloseCode;
import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.ErrorCode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricID;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.MetricUnits;
import org.eclipse.microprofile.metrics.Tag;
import org.eclipse.microprofile.metrics.Timer;

/**
 * Counts in a registry of MicroProfile Metrics. The names are those at {@code /metrics}; {@code docs/operations.md} lists them.
 *
 * <p>Thread-safe. The registry is asked once per series, when the hub starts, and never while events flow. Every series whose labels are
 * known then exists from the start.
 *
 * <p>A counter of the registry costs as much as the hub needs to choose what a connection is sent, and a timer several times that. So what
 * happens for each frame is noted here, and comes into the counters once a second; a timer is given at most one value in
 * {@value #TIMED_EACH_NANOS} ns.
 */
final class MetricsMeter implements Meter {

    /** Why connections end besides close codes, see {@code Connection}. */
    private static final List<String> OTHER_REASONS = List.of("gone", "broken", "write_timeout", "unclosed");

    private static final double NANOS_PER_SECOND = 1e9;
    private static final long TIMED_EACH_NANOS = 1_000_000;

    private final MetricRegistry registry;
    private final Queue<MetricID> registered = new ConcurrentLinkedQueue<>();
    private final Counter opened;
    private final LabelledCounter disconnects;
    private final LabelledCounter published;
    private final LabelledCounter messagesSent;
    private final LabelledCounter messagesReceived;
    private final Counter bytesSent;
    private final Counter framesSent;
    private final Timer deliveryLatency;
    private final LabelledCounter overflow;
    private final Counter gap;
    private final Counter replayed;
    private final LabelledCounter errors;
    private final Counter rateLimited;
    private final Timer logAppend;
    private final LongAdder frames = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final Map<String, LongAdder> messages = new ConcurrentHashMap<>();
    private final AtomicLong nextDelivery = new AtomicLong(System.nanoTime());
    private final AtomicLong nextAppend = new AtomicLong(System.nanoTime());
    private volatile EventBus bus = new LocalBus();

    MetricsMeter(MetricRegistry registry) {
        this.registry = registry;
        opened = counter("kulkul_connections_opened_total", "Connections whose handshake was completed");
        disconnects = counter("kulkul_disconnects_total", "Connections that ended", "reason", reasons());
        published = counter("kulkul_events_published_total", "Events that were published", "namespace", List.of());
        messagesSent = counter("kulkul_messages_sent_total", "Events handed to sockets", "dialect", List.of());
        messagesReceived = counter("kulkul_messages_received_total", "Commands of clients", "type", types());
        bytesSent = counter("kulkul_bytes_sent_total", "Bytes of the frames handed to sockets");
        framesSent = counter("kulkul_frames_sent_total", "Frames handed to sockets");
        deliveryLatency = timer("kulkul_delivery_latency", "From publishing an event to handing it to the socket");
        overflow = counter("kulkul_overflow_total", "Events dropped for slow clients", "namespace", List.of());
        gap = counter("kulkul_gap_total", "Gap frames that told a client what it was not sent");
        replayed = counter("kulkul_replayed_total", "Events replayed to subscribers that came back");
        errors = counter("kulkul_errors_total", "Commands answered by an error", "code", codes());
        rateLimited = counter("kulkul_rate_limited_total", "Commands refused because of their rate");
        logAppend = timer("kulkul_log_append", "Giving an event its place in the event log");
    }

    private static List<String> reasons() {
        Stream<String> codes = Arrays.stream(CloseCode.values()).map(CloseCode::label);
        return Stream.concat(codes, OTHER_REASONS.stream()).toList();
    }

    private static List<String> types() {
        Stream<String> commands = Arrays.stream(Command.class.getPermittedSubclasses())
                .map(command -> command.getSimpleName().toLowerCase(Locale.ROOT));
        return Stream.concat(commands, Stream.of("binary")).toList();
    }

    private static List<String> codes() {
        return Arrays.stream(ErrorCode.values()).map(ErrorCode::wire).toList();
    }

    private Counter counter(String name, String description, Tag... tags) {
        registered.add(new MetricID(name, tags));
        return registry.counter(metadata(name, description, MetricUnits.NONE), tags);
    }

    private LabelledCounter counter(String name, String description, String label, List<String> known) {
        return new LabelledCounter(known, value -> counter(name, description, new Tag(label, value)));
    }

    private Timer timer(String name, String description) {
        registered.add(new MetricID(name));
        return registry.timer(metadata(name, description, MetricUnits.SECONDS));
    }

    private void gauge(String name, String description, Supplier<? extends Number> value) {
        registered.add(new MetricID(name));
        registry.gauge(metadata(name, description, MetricUnits.NONE), value);
    }

    private static Metadata metadata(String name, String description, String unit) {
        return Metadata.builder()
                .withName(name)
                .withDescription(description)
                .withUnit(unit)
                .build();
    }

    @Override
    public void started(Set<String> namespaces, Set<String> dialects, Gauges gauges) {
        namespaces.forEach(namespace -> published.add(namespace, 0));
        namespaces.forEach(namespace -> overflow.add(namespace, 0));
        dialects.forEach(dialect -> messagesSent.add(dialect, 0));
        gauge("kulkul_connections", "Open connections", gauges::connections);
        gauge("kulkul_connections_max", "Connections above which new ones are refused", gauges::maxConnections);
        gauge("kulkul_subscriptions", "Subscriptions of all connections", gauges::subscriptions);
        gauge("kulkul_channels", "Live channels", gauges::channels);
        gauge(
                "kulkul_writers_blocked",
                "Connections whose frame is under way for over a second",
                gauges::writersBlocked);
        gauge(
                "kulkul_bus_connected",
                "1 while what is sent to other instances arrives, else 0",
                () -> !bus.clustered() || bus.connected() ? 1 : 0);
        gauge(
                "kulkul_bus_lag_seconds",
                "How long the last message to the broker took to come back",
                () -> bus.lag().toNanos() / NANOS_PER_SECOND);
        gauge(
                "kulkul_bus_dropped_total",
                "Events not sent to other instances because too many waited",
                () -> bus.dropped());
        // True for an instance that knows no database: no row waits in an outbox.
        gauge("kulkul_outbox_pending", "Rows that wait in the outbox table", gauges::outboxPending);
    }

    /** Takes every metric out of the registry, which may outlive the application. */
    void remove() {
        registered.forEach(registry::remove);
        registered.clear();
    }

    @Override
    public void clustered(EventBus connected) {
        bus = connected;
    }

    @Override
    public void opened() {
        opened.inc();
    }

    @Override
    public void closed(String reason) {
        disconnects.add(reason, 1);
    }

    @Override
    public void received(String type) {
        messagesReceived.add(type, 1);
    }

    @Override
    public void sent(String dialect, int messages, int bytes) {
        this.frames.increment();
        this.bytes.add(bytes);
        if (messages > 0) {
            LongAdder noted = this.messages.get(dialect);
            (noted == null ? this.messages.computeIfAbsent(dialect, name -> new LongAdder()) : noted).add(messages);
        }
    }

    @Override
    public void tick() {
        framesSent.inc(frames.sumThenReset());
        bytesSent.inc(bytes.sumThenReset());
        messages.forEach((dialect, noted) -> messagesSent.add(dialect, noted.sumThenReset()));
    }

    @Override
    public void delivered(long nanos) {
        if (isTimed(nextDelivery)) {
            deliveryLatency.update(Duration.ofNanos(nanos));
        }
    }

    private static boolean isTimed(AtomicLong nextTime) {
        long now = System.nanoTime();
        long next = nextTime.get();
        return now - next >= 0 && nextTime.compareAndSet(next, now + TIMED_EACH_NANOS);
    }

    @Override
    public void overflowed(String namespace, long events) {
        overflow.add(namespace, events);
    }

    @Override
    public void gap() {
        gap.inc();
    }

    @Override
    public void replayed(int events) {
        replayed.inc(events);
    }

    @Override
    public void published(String namespace, long nanos) {
        published.add(namespace, 1);
        if (isTimed(nextAppend)) {
            logAppend.update(Duration.ofNanos(nanos));
        }
    }

    @Override
    public void refused(ErrorCode code) {
        errors.add(code.wire(), 1);
    }

    @Override
    public void rateLimited() {
        rateLimited.inc();
    }
}
