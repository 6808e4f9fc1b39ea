package io.kulkul.core.testkit;

import io.kulkul.core.bus.BusListener;
import io.kulkul.core.bus.EventBus;
import io.kulkul.core.eventlog.PlacedEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One instance's end of a {@link FakeNetwork}. Confined to the test's thread. */
public final class FakeBus implements EventBus {

    /** The most that waits while the network is away. */
    static final int MAX_WAITING = 1000;

    private final FakeNetwork network;
    private final String name;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable BusListener listener;
    private boolean connected = true;
    private boolean stopped;
    private long dropped;

    FakeBus(FakeNetwork network, String name) {
        this.network = network;
        this.name = name;
    }

    /** What the others are told that the instance is called. */
    public String name() {
        return name;
    }

    /** The instance cannot reach the network: it hears nothing, and what it sends waits. */
    public void cut() {
        connected = false;
    }

    /** The instance reaches the network again; what waited is sent. */
    public void heal() {
        connected = true;
        while (!waiting.isEmpty()) {
            Waiting next = waiting.remove();
            network.send(this, next.event, next.kind, next.json);
        }
    }

    /** The instance dies: it hears nothing more, and what it sends from now on is lost. */
    public void die() {
        stopped = true;
        connected = false;
    }

    @Override
    public void start(BusListener heard) {
        listener = heard;
    }

    @Override
    public void stop() {
        die();
    }

    @Override
    public void publish(PlacedEvent event) {
        send(new Waiting(event, null, null));
    }

    @Override
    public void send(String kind, String json) {
        send(new Waiting(null, kind, json));
    }

    private void send(Waiting what) {
        if (connected) {
            network.send(this, what.event, what.kind, what.json);
        } else if (!stopped) {
            waiting.add(what);
            if (waiting.size() > MAX_WAITING && waiting.remove().event != null) {
                dropped++;
            }
        }
    }

    boolean listening() {
        return connected && listener != null;
    }

    void hear(FakeNetwork.Message notice) {
        Objects.requireNonNull(listener)
                .notice(
                        notice.from().name(),
                        Objects.requireNonNull(notice.kind()),
                        Objects.requireNonNull(notice.json()));
    }

    void hear(List<PlacedEvent> events) {
        Objects.requireNonNull(listener).events(List.copyOf(events));
    }

    @Override
    public boolean clustered() {
        return true;
    }

    @Override
    public boolean connected() {
        return connected;
    }

    @Override
    public Duration lag() {
        return Duration.ZERO;
    }

    @Override
    public long dropped() {
        return dropped;
    }

    private record Waiting(
            @Nullable PlacedEvent event,
            @Nullable String kind,
            @Nullable String json) {}
}
