package io.kulkul.core.testkit;

import io.kulkul.core.hub.Backends;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Several hubs that share a database log and a bus, and whose time passes together. Confined to the test's thread. */
public final class DurableCluster {

    public final TestTime time = new TestTime();
    public final FakeDurableLog log = new FakeDurableLog(time);
    public final FakeNetwork network = new FakeNetwork();
    private final UnaryOperator<TestHub.Builder> with;
    private final List<TestHub> hubs = new ArrayList<>();
    private final List<FakeBus> buses = new ArrayList<>();

    /** Instances whose namespaces are all in the database, except {@code plain}, which keeps no history. */
    public DurableCluster() {
        this(builder -> builder);
    }

    /** Instances that differ from that. */
    public DurableCluster(UnaryOperator<TestHub.Builder> with) {
        this.with = with;
    }

    /** One more instance. */
    public TestHub join(String name) {
        FakeBus bus = network.join(name);
        TestHub hub = with.apply(TestHub.with()
                        .instance(name)
                        .time(time)
                        .defaults(TestHub.Options::durable)
                        .namespace(TestHub.options("small").tailSize(4).durable())
                        .namespace(TestHub.options("cached").cache().durable())
                        .backends(new Backends(bus, log)))
                .open();
        hubs.add(hub);
        buses.add(bus);
        return hub;
    }

    /** The bus of the instance that joined at this place. */
    public FakeBus bus(int index) {
        return buses.get(index);
    }

    /** Runs all threads of all instances, and delivers what they send each other, until nothing is left. */
    public void settle() {
        do {
            network.deliver();
            hubs.forEach(TestHub::settle);
        } while (network.pending() > 0);
    }

    /** Lets time pass for all instances; it passes in small steps, in each of which everything settles. */
    public void pass(Duration duration) {
        Duration step = Duration.ofMillis(25);
        for (Duration passed = Duration.ZERO; passed.compareTo(duration) < 0; passed = passed.plus(step)) {
            time.advance(step);
            hubs.forEach(hub -> hub.pass(Duration.ZERO));
            settle();
        }
    }
}
