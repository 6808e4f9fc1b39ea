package io.kulkul.bench.core;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Publishing an event and handing its frame to every subscriber's transport. The table divides it by the cursors. */
@State(Scope.Thread)
public class FanOutBenchmark extends CoreBenchmark {

    /** How many events of a burst wait when the fan-out begins. */
    static final int BURST = 32;

    @Param({"1", "1000", "10000"})
    public int cursors;

    @Param({"kulkul.v1", "kulkul.v1+batch"})
    public String protocol;

    private BenchHub hub;
    private AcceptingTransport transport;

    @Setup
    public void open() {
        hub = new BenchHub(100, 256);
        transport = new AcceptingTransport();
        for (int i = 0; i < cursors; i++) {
            hub.connect(protocol, "orders:1", transport);
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        hub.close();
    }

    /** One event at a time: every subscriber has caught up before the next one. */
    @Benchmark
    public long single() {
        hub.publish("orders:1", Payloads.ORDER);
        hub.deliver();
        return transport.characters();
    }

    /** 32 events that wait together, each counted: batches are joined, single frames follow each other. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public long burst() {
        for (int i = 0; i < BURST; i++) {
            hub.publish("orders:1", Payloads.ORDER);
        }
        hub.deliver();
        return transport.characters();
    }
}
