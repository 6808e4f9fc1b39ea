package io.kulkul.core.bus;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Topic;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends what waits, and the pulse. Confined to the sending thread, which may wait for the broker as long as that is away.
 *
 * <p>What could not be sent is sent again by the next context, under the same number, by which a receiver that has it already knows.
 */
final class BusSender implements JmsWorker.Work {

    /** Who was away longer does not want it any more; long enough for clocks that differ. */
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(60);

    /**
     * How long after a message the next one leaves at the earliest. A broker takes a message sooner than the receivers have worked it off, so
     * without this each event would travel by itself however many there are, and the broker, not the queue, would keep those that wait.
     */
    static final Duration INTERVAL = Duration.ofMillis(2);

    private final Topic topic;
    private final String instance;
    private final String run;
    private final SendQueue queue;
    private final Pulse pulse;
    private final LongSupplier nanoTime;
    private @Nullable Outgoing inHand;
    private long number;
    private long sentNanos;

    BusSender(Topic topic, String instance, String run, SendQueue queue, Pulse pulse, LongSupplier nanoTime) {
        this.topic = topic;
        this.instance = instance;
        this.run = run;
        this.queue = queue;
        this.pulse = pulse;
        this.nanoTime = nanoTime;
        this.sentNanos = nanoTime.getAsLong() - INTERVAL.toNanos();
    }

    @Override
    public void with(JMSContext context, JmsWorker worker) throws InterruptedException {
        JMSProducer producer = context.createProducer()
                .setDeliveryMode(DeliveryMode.NON_PERSISTENT)
                .setTimeToLive(TIME_TO_LIVE.toMillis())
                .setProperty(BusMessage.INSTANCE, instance)
                .setProperty(BusMessage.RUN, run)
                .setProperty(BusMessage.VERSION, BusMessage.VERSION_NOW);
        while (!(inHand == null && queue.ended())) {
            if (pulse.untilDue() <= 0) {
                sendPulse(producer);
            }
            if (inHand == null) {
                take();
            }
            if (inHand != null) {
                send(producer, inHand);
                inHand = null;
                sentNanos = nanoTime.getAsLong();
            }
        }
    }

    private void take() throws InterruptedException {
        // The queue goes on filling meanwhile.
        TimeUnit.NANOSECONDS.sleep(INTERVAL.toNanos() - (nanoTime.getAsLong() - sentNanos));
        inHand = queue.take(pulse.untilDue());
        if (inHand != null) {
            number++;
        }
    }

    private void sendPulse(JMSProducer producer) {
        producer.setProperty(BusMessage.KIND, BusMessage.PULSE)
                .setProperty(BusMessage.NUMBER, 0L)
                .send(topic, Long.toString(nanoTime.getAsLong()));
        pulse.sent();
    }

    private void send(JMSProducer producer, Outgoing outgoing) {
        producer.setProperty(BusMessage.NUMBER, number);
        if (outgoing instanceof Outgoing.Events some) {
            producer.setProperty(BusMessage.KIND, BusMessage.EVENTS).send(topic, EventTexts.write(some.events()));
        } else if (outgoing instanceof Outgoing.Notice notice) {
            producer.setProperty(BusMessage.KIND, BusMessage.NOTICE)
                    .setProperty(BusMessage.ABOUT, notice.about())
                    .send(topic, notice.json());
        }
    }
}
