package io.kulkul.core.bus;

import io.kulkul.core.eventlog.PlacedEvent;
import java.time.Duration;

/**
 * Carries events and notices to the other instances. Thread-safe; no method waits for the broker.
 *
 * <p>What one instance sends arrives at each other one in the order of the calls, at most once. While the broker is away, what is sent waits in a
 * bounded queue whose oldest entries give way: the database log, where there is one, tells the others what they missed.
 */
public interface EventBus {

    /** Begins to receive; called once, before anything is sent. */
    void start(BusListener listener);

    /** Ends the connection to the broker. What was sent within the last moment may not arrive. */
    void stop();

    /** Sends an event to all other instances. */
    void publish(PlacedEvent event);

    /**
     * Sends a notice to all other instances.
     *
     * @param kind what it is about, for {@link BusListener#notice}; an identifier
     * @param json a JSON object
     */
    void send(String kind, String json);

    /** Whether there can be other instances at all. */
    boolean clustered();

    /** Whether what is sent arrives. */
    boolean connected();

    /** How long what was sent last took to come back, as a measure of how long it takes to arrive; zero before the first. */
    Duration lag();

    /** How many events gave way to newer ones because the broker was away. */
    long dropped();
}
