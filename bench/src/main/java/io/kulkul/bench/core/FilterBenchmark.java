package io.kulkul.bench.core;

import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.json.JsonException;
import io.kulkul.core.subscription.Filter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Asking a filter about an event: once, which is once per event and distinct filter, and again, which is once per subscriber. */
@State(Scope.Thread)
public class FilterBenchmark extends CoreBenchmark {

    @Param({
        "{\"user_id\":123}",
        "{\"user_id\":124}",
        "{\"user_id\":[1,2,3,123],\"/position/0\":1,\"state\":\"shipped\",\"/address/city\":[\"Utrecht\",\"Delft\"]}"
    })
    public String filter;

    private Filter parsed;
    private Filter equal;
    private Event event;

    @Setup
    public void parse() throws JsonException {
        parsed = Filter.parse(filter);
        equal = Filter.parse(filter);
        event = new Event(
                new Draft(new ChannelId("", "orders:1"), "happened", Payloads.ORDER, "id", null, null, null),
                "epoch",
                1,
                true,
                0,
                1,
                0);
        event.acceptedBy(parsed);
    }

    /** Reads the payload. */
    @Benchmark
    public boolean asked() {
        return parsed.test(event);
    }

    /** The event remembers the answer that it gave to an equal filter of another subscriber. */
    @Benchmark
    public boolean remembered() {
        return event.acceptedBy(equal);
    }
}
