package io.kulkul.bench.core;

import io.kulkul.core.hub.Client;
import io.kulkul.core.protocol.Since;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A client that comes back: connecting, subscribing after its last position, all that it missed, and leaving. */
@State(Scope.Thread)
public class ReplayBenchmark extends CoreBenchmark {

    @Param({"0", "100", "1000"})
    public int missed;

    @Param({"kulkul.v1", "kulkul.v1+batch"})
    public String protocol;

    private BenchHub hub;
    private AcceptingTransport transport;
    private Map<String, Since.After> since;

    @Setup
    public void fill() {
        hub = new BenchHub(1000, 256);
        transport = new AcceptingTransport();
        for (int i = 0; i < 1000; i++) {
            hub.publish("orders:1", Payloads.ORDER);
        }
        hub.deliver();
        since = Map.of("orders:1", new Since.After(1000 - missed, null));
    }

    @TearDown(Level.Trial)
    public void close() {
        hub.close();
    }

    @Benchmark
    public long resumed() {
        Client client = hub.connect(protocol, "orders:1", since, transport);
        client.gone();
        hub.deliver();
        return transport.characters();
    }
}
