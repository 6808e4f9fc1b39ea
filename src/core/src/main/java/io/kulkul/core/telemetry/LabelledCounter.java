package io.kulkul.core.telemetry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.eclipse.microprofile.metrics.Counter;

/** One counter per value of a label, each looked up in the registry once. Thread-safe. */
final class LabelledCounter {

    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Function<String, Counter> register;

    /**
     * Begins with a series at zero for each known value, so that a rate can be taken from the first event on.
     *
     * @param known the values that are known before the first is counted
     * @param register makes the counter of a value
     */
    LabelledCounter(Iterable<String> known, Function<String, Counter> register) {
        this.register = register;
        known.forEach(this::of);
    }

    private Counter of(String value) {
        Counter counter = counters.get(value);
        return counter == null ? counters.computeIfAbsent(value, register) : counter;
    }

    void add(String value, long count) {
        of(value).inc(count);
    }
}
