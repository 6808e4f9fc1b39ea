package io.kulkul.core.testkit;

import io.kulkul.core.eventlog.PlacedEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Joins hubs of one test as a broker joins instances: what they send waits until the test delivers it, on the test's thread, in order,
 * unless the test loses it. Confined to the test's thread.
 *
 * <pre>{@code
 * FakeNetwork network = new FakeNetwork();
 * TestHub a = TestHub.with().instance("a").backends(new Backends(network.join("a"), null)).open();
 * TestHub b = TestHub.with().instance("b").backends(new Backends(network.join("b"), null)).open();
 * network.deliver();
 * }</pre>
 */
public final class FakeNetwork {

    private final List<FakeBus> members = new ArrayList<>();
    private final ArrayDeque<Message> underWay = new ArrayDeque<>();
    private final List<Predicate<Message>> losses = new ArrayList<>();

    /**
     * The bus of one more instance. Several may have the same name, as misconfigured ones do; each hears the others and not itself.
     *
     * @param name what the others are told that the instance is called
     */
    public FakeBus join(String name) {
        FakeBus bus = new FakeBus(this, name);
        members.add(bus);
        return bus;
    }

    /** Delivers what is under way, and what is sent because of it, until nothing is. */
    public void deliver() {
        while (!underWay.isEmpty()) {
            deliverNext();
        }
    }

    /** Delivers the oldest message, or the run of events that one instance sent another one. */
    public void deliverNext() {
        Message first = underWay.remove();
        if (first.event() == null) {
            if (arrives(first)) {
                first.to().hear(first);
            }
            return;
        }
        List<PlacedEvent> events = new ArrayList<>();
        for (Message next = first; next != null; next = nextOf(first)) {
            if (arrives(next) && next.event() != null) {
                events.add(next.event());
            }
        }
        if (!events.isEmpty()) {
            first.to().hear(events);
        }
    }

    /** Takes the next message, where it is one more event of the same run. */
    private @Nullable Message nextOf(Message first) {
        Message next = underWay.peek();
        return next != null && next.follows(first) ? underWay.remove() : null;
    }

    private boolean arrives(Message message) {
        return message.to().listening() && losses.stream().noneMatch(loss -> loss.test(message));
    }

    /** How many messages are under way, counted once for each receiver. */
    public int pending() {
        return underWay.size();
    }

    /** Loses what is under way. */
    public void loseAll() {
        underWay.clear();
    }

    /** From now on loses, when it would be delivered, what this says. */
    public void lose(Predicate<Message> which) {
        losses.add(which);
    }

    /** From now on loses notices of this kind; see {@link #lose(Predicate)}. */
    public void loseNotices(String kind) {
        lose(message -> kind.equals(message.kind()));
    }

    /** Loses nothing more. */
    public void loseNothing() {
        losses.clear();
    }

    /** Delivers a notice that none of the hubs sent to all members: of a foreign program, or of a newer version. */
    public void foreignNotice(String from, String kind, String json) {
        FakeBus stranger = new FakeBus(this, from);
        send(stranger, null, kind, json);
        deliver();
    }

    void send(FakeBus from, @Nullable PlacedEvent event, @Nullable String kind, @Nullable String json) {
        for (FakeBus member : members) {
            if (member != from && member.connected()) {
                underWay.add(new Message(from, member, event, kind, json));
            }
        }
    }

    /**
     * What is under way from one instance to another one: an event, or a notice.
     *
     * @param event null for a notice
     * @param kind of the notice; null for an event
     * @param json of the notice; null for an event
     */
    public record Message(
            FakeBus from,
            FakeBus to,
            @Nullable PlacedEvent event,
            @Nullable String kind,
            @Nullable String json) {

        private boolean follows(Message first) {
            return event != null && from == first.from && to == first.to;
        }
    }
}
