package io.kulkul.core.testkit;

import io.kulkul.core.connection.Meter;
import io.kulkul.core.protocol.ErrorCode;
import java.util.Map;
import java.util.TreeMap;

/** Adds up what the hub measures, under names that read like the metrics. */
public final class RecordingMeter implements Meter {

    private final Map<String, Long> counts = new TreeMap<>();

    private void add(String name, long count) {
        counts.merge(name, count, Long::sum);
    }

    /** How often, or how much. */
    public long of(String name) {
        return counts.getOrDefault(name, 0L);
    }

    @Override
    public void opened() {
        add("opened", 1);
    }

    @Override
    public void closed(String reason) {
        add("closed", 1);
        add("closed." + reason, 1);
    }

    @Override
    public void received(String type) {
        add("received." + type, 1);
    }

    @Override
    public void sent(String dialect, int messages, int bytes) {
        add("sent.messages", messages);
        add("sent.bytes", bytes);
        add("sent.frames", 1);
    }

    @Override
    public void delivered(long nanos) {
        add("delivered", 1);
        add("delivered.nanos", nanos);
    }

    @Override
    public void overflowed(String namespace, long events) {
        add("overflowed." + namespace, events);
    }

    @Override
    public void gap() {
        add("gap", 1);
    }

    @Override
    public void replayed(int events) {
        add("replayed", events);
    }

    @Override
    public void published(String namespace, long nanos) {
        add("published." + namespace, 1);
    }

    @Override
    public void refused(ErrorCode code) {
        add("refused." + code.wire(), 1);
    }

    @Override
    public void rateLimited() {
        add("rateLimited", 1);
    }
}
