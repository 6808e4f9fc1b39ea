package io.kulkul.core.testkit;

import io.kulkul.core.hub.Backends;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Hubs that are joined by a network, whose times pass together. Confined to the test's thread. */
public final class TestCluster {

    /** The step in which time passes: what the hubs send each other within it arrives at its end. */
    private static final Duration STEP = Duration.ofMillis(50);

    public final FakeNetwork network = new FakeNetwork();
    private final List<Instance> instances = new ArrayList<>();
    private Duration age = Duration.ZERO;
    private int started;

    /** Starts an instance with the defaults. */
    public Instance start(String name) {
        return start(name, hub -> hub);
    }

    /** Starts an instance; it has heard of the others, and they of it, when the call returns. */
    public Instance start(String name, UnaryOperator<TestHub.Builder> options) {
        FakeBus bus = network.join(name);
        TestHub hub = options.apply(TestHub.with()
                        .instance(name)
                        .backends(new Backends(bus, null))
                        .random(new Random(++started))
                        .startsAfter(age))
                .open();
        Instance instance = new Instance(hub, bus);
        instances.add(instance);
        settle();
        return instance;
    }

    /** Delivers what is under way and runs all threads, until nothing is left to do. */
    public void settle() {
        do {
            network.deliver();
            instances.forEach(instance -> instance.hub.settle());
        } while (network.pending() > 0);
    }

    /** Lets time pass on all instances. */
    public void pass(Duration duration) {
        for (Duration left = duration; left.compareTo(Duration.ZERO) > 0; left = left.minus(STEP)) {
            Duration step = left.compareTo(STEP) < 0 ? left : STEP;
            instances.forEach(instance -> instance.hub.pass(step));
            age = age.plus(step);
            settle();
        }
    }

    /** Ends an instance without a goodbye, as a killed process does. */
    public void kill(Instance instance) {
        instance.bus.die();
        instances.remove(instance);
    }

    /** Ends an instance as the end of its application does. */
    public void stop(Instance instance) {
        instance.hub.stop();
        instances.remove(instance);
        settle();
    }

    /** One of the instances. */
    public record Instance(TestHub hub, FakeBus bus) {}
}
