package io.kulkul.core.telemetry;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Gauge;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.Metric;
import org.eclipse.microprofile.metrics.MetricID;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Snapshot;
import org.eclipse.microprofile.metrics.Tag;
import org.eclipse.microprofile.metrics.Timer;

/** A registry that knows those ways of registering that the hub uses, and counts how often it is asked. */
final class FakeRegistry {

    private final Map<MetricID, Metric> metrics = new HashMap<>();
    private int lookups;

    MetricRegistry registry() {
        return (MetricRegistry) Proxy.newProxyInstance(
                FakeRegistry.class.getClassLoader(),
                new Class<?>[] {MetricRegistry.class},
                (proxy, method, arguments) -> {
                    lookups++;
                    return switch (method.getName()) {
                        case "counter" -> metrics.computeIfAbsent(id(arguments[0], arguments[1]), id -> new Count());
                        case "timer" -> metrics.computeIfAbsent(id(arguments[0], new Tag[0]), id -> new Times());
                        case "gauge" -> gauge(arguments);
                        case "remove" -> metrics.remove((MetricID) arguments[0]) != null;
                        default -> throw new UnsupportedOperationException(method.toString());
                    };
                });
    }

    private Metric gauge(Object[] arguments) {
        Supplier<?> value = (Supplier<?>) arguments[1];
        return metrics.computeIfAbsent(
                id(arguments[0], arguments[2]), id -> (Gauge<Number>) () -> (Number) value.get());
    }

    private static MetricID id(Object metadata, Object tags) {
        return new MetricID(((Metadata) metadata).getName(), (Tag[]) tags);
    }

    Set<String> names() {
        return metrics.keySet().stream().map(MetricID::getName).collect(Collectors.toSet());
    }

    int series() {
        return metrics.size();
    }

    int lookups() {
        return lookups;
    }

    /** The count or value of a series. */
    long value(String name, String... label) {
        Tag[] tags = label.length == 0 ? new Tag[0] : new Tag[] {new Tag(label[0], label[1])};
        Metric metric = metrics.get(new MetricID(name, tags));
        if (metric == null) {
            throw new AssertionError("no series " + name + Arrays.toString(label));
        }
        if (metric instanceof Gauge<?> gauge) {
            return gauge.getValue().longValue();
        }
        return metric instanceof Timer timer ? timer.getCount() : ((Counter) metric).getCount();
    }

    private static final class Count implements Counter {
        private long count;

        @Override
        public void inc() {
            count++;
        }

        @Override
        public void inc(long more) {
            count += more;
        }

        @Override
        public long getCount() {
            return count;
        }
    }

    private static final class Times implements Timer {
        private long count;

        @Override
        public void update(Duration duration) {
            count++;
        }

        @Override
        public <T> T time(Callable<T> event) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void time(Runnable event) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Context time() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Duration getElapsedTime() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long getCount() {
            return count;
        }

        @Override
        public Snapshot getSnapshot() {
            throw new UnsupportedOperationException();
        }
    }
}
