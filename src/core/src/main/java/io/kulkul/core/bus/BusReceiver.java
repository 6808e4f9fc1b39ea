package io.kulkul.core.bus;

import io.kulkul.core.json.JsonException;
import io.kulkul.core.quota.TokenBucket;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Receives what the other instances send, and the own pulse. Confined to the receiving thread.
 *
 * <p>What the instance itself sent is left out here and not by a selector: for one that compares the sender's name, Open Liberty's embedded
 * engine parses the text of every message as XML and says on stderr that it is none.
 *
 * <p>A message that cannot be read is logged and left out, without its text, in which payloads may be; so is what a newer version sends.
 */
final class BusReceiver implements JmsWorker.Work {

    private static final System.Logger LOG = System.getLogger(BusReceiver.class.getName());
    private static final int RECEIVE_MILLIS = 500;

    /** An answer that comes sooner than this says that the consumer is dead, not that nothing came. */
    private static final long TOO_SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(RECEIVE_MILLIS / 5);

    /** Of so many senders it is known what was heard last. */
    private static final int MAX_SENDERS = 1000;

    private final Topic topic;
    private final String instance;
    private final String run;
    private final BusListener listener;
    private final Pulse pulse;
    private final LongSupplier nanoTime;
    private final TokenBucket lines;
    private long leftOut;

    /** By the sender's run, the least recently heard one first. */
    private final Map<String, Long> heard = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_SENDERS;
        }
    };

    BusReceiver(Topic topic, String instance, String run, BusListener listener, Pulse pulse, LongSupplier nanoTime) {
        this.topic = topic;
        this.instance = instance;
        this.run = run;
        this.listener = listener;
        this.pulse = pulse;
        this.nanoTime = nanoTime;
        this.lines = new TokenBucket(1, 20, nanoTime);
    }

    @Override
    public void with(JMSContext context, JmsWorker worker) throws JMSException {
        try (JMSConsumer consumer = context.createConsumer(topic)) {
            pulse.receiving();
            while (worker.running()) {
                receive(consumer);
                pulse.look();
            }
        }
    }

    private void receive(JMSConsumer consumer) throws JMSException {
        long began = nanoTime.getAsLong();
        Message message = consumer.receive(RECEIVE_MILLIS);
        if (message != null) {
            take(message);
        } else if (nanoTime.getAsLong() - began < TOO_SOON_NANOS || pulse.deaf()) {
            throw new JMSRuntimeException("the consumer does not receive any more");
        }
    }

    private void take(Message message) throws JMSException {
        try {
            if (message.getIntProperty(BusMessage.VERSION) != BusMessage.VERSION_NOW) {
                skip(message, "it is of another version than " + BusMessage.VERSION_NOW);
            } else if (message instanceof TextMessage text) {
                take(text, text.getText());
            } else {
                skip(message, "it is no text message");
            }
        } catch (JsonException | NumberFormatException | MessageFormatException e) {
            skip(message, String.valueOf(e.getMessage()));
        }
    }

    private void take(TextMessage message, String text) throws JMSException, JsonException {
        String kind = String.valueOf(message.getStringProperty(BusMessage.KIND));
        boolean own = run.equals(message.getStringProperty(BusMessage.RUN));
        if (own && !kind.equals(BusMessage.PULSE)) {
            return;
        }
        switch (kind) {
            case BusMessage.PULSE -> pulse(message, own, text);
            case BusMessage.EVENTS -> {
                var events = EventTexts.read(text);
                if (!events.isEmpty() && unheard(message)) {
                    tell(() -> listener.events(events));
                }
            }
            case BusMessage.NOTICE -> {
                String from = message.getStringProperty(BusMessage.INSTANCE);
                String about = String.valueOf(message.getStringProperty(BusMessage.ABOUT));
                if (unheard(message)) {
                    tell(() -> listener.notice(from, about, text));
                }
            }
            default -> skip(message, "its kind is unknown");
        }
    }

    private void pulse(Message message, boolean own, String text) throws JMSException {
        if (own) {
            pulse.returned(Long.parseLong(text));
        } else if (instance.equals(message.getStringProperty(BusMessage.INSTANCE)) && lines.tryTake()) {
            LOG.log(
                    Level.ERROR,
                    () -> "KULKUL0506E another instance has this instance's name, " + instance
                            + ": give each its own kulkul.instance");
        }
    }

    /** Whether a message is new: the sender repeats what it does not know to be sent. */
    private boolean unheard(Message message) throws JMSException {
        String sender = message.getStringProperty(BusMessage.RUN);
        long number = message.getLongProperty(BusMessage.NUMBER);
        Long last = heard.get(sender);
        if (last != null && number <= last) {
            return false;
        }
        heard.put(sender, number);
        return true;
    }

    private static void tell(Runnable what) {
        try {
            what.run();
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "KULKUL0505E taking what another instance sent failed", bug);
        }
    }

    private void skip(Message message, String why) throws JMSException {
        if (!lines.tryTake()) {
            leftOut++;
            return;
        }
        String others = leftOut == 0 ? "" : "; " + leftOut + " more lines like this were left out";
        leftOut = 0;
        String id = message.getJMSMessageID();
        String from = message.getStringProperty(BusMessage.INSTANCE);
        LOG.log(
                Level.WARNING,
                () -> "KULKUL0504W message " + id + " of instance " + from + " is left out: " + why + others);
    }
}
