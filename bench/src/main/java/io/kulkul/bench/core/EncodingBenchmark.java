package io.kulkul.bench.core;

import io.kulkul.core.dialect.Dialect;
import io.kulkul.core.dialect.Dialects;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.eventlog.Encoding;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.subscription.ChannelPattern;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Turning an event into a frame, and a client's frame into commands: once per event, dialect and pattern, not once per subscriber. */
@State(Scope.Thread)
public class EncodingBenchmark extends CoreBenchmark {

    private static final String SUBSCRIBE = "{\"type\":\"subscribe\",\"id\":\"1\",\"channel\":\"orders:1\"}";

    @Param({"kulkul", "neurograph", "neurectomy", "pulse-radar", "phoenix-guardian", "cartographus"})
    public String dialect;

    private Dialect spoken;
    private Encoding plain;
    private Encoding byPattern;
    private Event event;

    @Setup
    public void choose() {
        spoken = Objects.requireNonNull(new Dialects("kulkul", Clock.systemUTC()).pick("", dialect));
        plain = spoken.events(null);
        byPattern = spoken.events(new ChannelPattern("orders:*"));
        event = new Event(
                new Draft(
                        new ChannelId("", "orders:1"),
                        "happened",
                        Payloads.ORDER,
                        "0198f3a2-6f00-7000-8000-000000000000",
                        null,
                        null,
                        "alice"),
                "0123456789abcdef",
                4711,
                true,
                1_795_248_000_000L,
                4711,
                0);
    }

    @Benchmark
    public String event() {
        return plain.encode(event);
    }

    @Benchmark
    public String eventOfPattern() {
        return byPattern.encode(event);
    }

    @Benchmark
    public List<?> command() {
        return spoken.read(SUBSCRIBE);
    }
}
