package io.kulkul.core.bus;

import io.kulkul.core.eventlog.PlacedEvent;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Topic;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Connects instances by a topic of a message broker.
 *
 * <p>Thread-safe. Two threads talk to the broker, each with contexts of its own: the sender drains a queue, so that nobody who publishes
 * ever waits for the broker, and puts into each message what has come together by then; the receiver calls the listener. Each makes itself
 * a new context where the one before failed.
 */
public final class JmsBus implements EventBus {

    private final ConnectionFactory factory;
    private final Topic topic;
    private final String instance;
    private final String run = UUID.randomUUID().toString();
    private final ThreadFactory threads;
    private final LongSupplier nanoTime;
    private final SendQueue queue = new SendQueue();
    private final Pulse pulse;
    private @Nullable JmsWorker sending;
    private @Nullable JmsWorker receiving;

    /**
     * Does nothing yet.
     *
     * @param instance differs from the other instances' names
     * @param threads makes two threads that may wait for the broker
     */
    public JmsBus(
            ConnectionFactory factory, Topic topic, String instance, ThreadFactory threads, LongSupplier nanoTime) {
        this.factory = factory;
        this.topic = topic;
        this.instance = instance;
        this.threads = threads;
        this.nanoTime = nanoTime;
        this.pulse = new Pulse(instance, nanoTime, queue);
    }

    @Override
    public synchronized void start(BusListener listener) {
        if (receiving != null) {
            throw new IllegalStateException("the bus was started before");
        }
        JmsWorker receiver = worker(new BusReceiver(topic, instance, run, listener, pulse, nanoTime));
        JmsWorker sender = worker(new BusSender(topic, instance, run, queue, pulse, nanoTime));
        receiver.start();
        sender.start();
        receiving = receiver;
        sending = sender;
    }

    private JmsWorker worker(JmsWorker.Work work) {
        return new JmsWorker(factory, JMSContext.AUTO_ACKNOWLEDGE, threads, work, pulse::failed);
    }

    @Override
    public void publish(PlacedEvent event) {
        queue.add(event);
    }

    @Override
    public void send(String kind, String json) {
        queue.add(new Outgoing.Notice(kind, json));
    }

    /** What waits is sent where the broker takes it at once. */
    @Override
    public synchronized void stop() {
        JmsWorker sender = sending;
        JmsWorker receiver = receiving;
        queue.close();
        if (sender != null && receiver != null) {
            JmsWorker.end(sender, receiver);
        }
    }

    @Override
    public boolean clustered() {
        return true;
    }

    @Override
    public boolean connected() {
        return pulse.connected();
    }

    @Override
    public Duration lag() {
        return pulse.lag();
    }

    @Override
    public long dropped() {
        return queue.droppedEvents();
    }
}
