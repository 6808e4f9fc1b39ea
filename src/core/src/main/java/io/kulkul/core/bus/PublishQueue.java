package io.kulkul.core.bus;

import io.kulkul.core.bus.PublishHandler.Checked;
import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the events that other programs put into a queue.
 *
 * <p>A message leaves the queue when its event is safe and not before, so none is lost; one may be published twice where the instance or the
 * connection dies between the two, unless it has a key. Messages are taken in batches, all or none. Where one of a batch is bad, the same
 * messages are taken again one by one, so that only the bad one goes back; the broker offers it again as often as it is told to and then puts
 * it where it keeps such messages.
 *
 * <p>One thread works; {@link #start} and {@link #stop} are called by whoever owns the queue, once each.
 */
public final class PublishQueue {

    private static final System.Logger LOG = System.getLogger(PublishQueue.class.getName());

    private static final int RECEIVE_MILLIS = 500;

    /** The most messages of one transaction. */
    static final int MAX_BATCH = 100;

    /** How long publishing is tried before other instances may have the messages. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** How long after the start the queue may be unreadable before that is worth a warning. */
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final long RETRY_MILLIS = 1000;

    /** A message that was refused so often is waited for longer and longer: a broker may offer it without end. */
    private static final long REFUSED_MILLIS = 20;

    private static final long MAX_REFUSED_MILLIS = 5000;

    private final Queue queue;
    private final @Nullable Transactions transactions;
    private final PublishHandler handler;
    private final LongSupplier nanoTime;
    private final JmsWorker worker;

    /** How many messages are still to be taken one by one. Confined to the worker, like what follows. */
    private int singly;

    private boolean away;
    private boolean worked;
    private long failures;
    private long failingNanos;
    private String refusedId = "";
    private int refusals;

    /**
     * Does nothing yet.
     *
     * @param transactions the container's, in which messages are taken; null for those of a session, outside of a container
     * @param threads makes one thread that may wait for the broker
     */
    PublishQueue(
            ConnectionFactory factory,
            Queue queue,
            @Nullable Transactions transactions,
            PublishHandler handler,
            ThreadFactory threads,
            LongSupplier nanoTime) {
        this.queue = queue;
        this.transactions = transactions;
        this.handler = handler;
        this.nanoTime = nanoTime;
        this.worker =
                new JmsWorker(factory, JMSContext.SESSION_TRANSACTED, transactions, threads, this::work, this::failed);
    }

    /** Begins to take messages. */
    public void start() {
        worker.start();
    }

    /** Ends it; what is under way goes back into the queue. */
    public void stop() {
        JmsWorker.end(worker);
    }

    private void failed(Exception cause) {
        long now = nanoTime.getAsLong();
        if (failures++ == 0) {
            failingNanos = now;
        }
        // While servers start together the broker may be a few seconds later than its clients.
        boolean serious = worked || now - failingNanos >= START_NANOS;
        if (serious && !away) {
            away = true;
            LOG.log(
                    Level.WARNING,
                    () -> "KULKUL0511W the queue of events to publish cannot be read; it is tried again all the time: "
                            + cause);
        }
    }

    private void works() {
        worked = true;
        failures = 0;
        if (away) {
            away = false;
            LOG.log(Level.INFO, "KULKUL0512I the queue of events to publish is read again");
        }
    }

    private void work(JMSContext context, JmsWorker running) throws JMSException, InterruptedException {
        try (JMSConsumer consumer = context.createConsumer(queue)) {
            do {
                List<Message> batch = receive(consumer);
                works();
                if (batch.isEmpty()) {
                    singly = 0;
                } else {
                    take(context, batch);
                }
            } while (transactions == null && running.running());
        }
    }

    private void commit(JMSContext context) {
        if (transactions == null) {
            context.commit();
        } else {
            transactions.commit();
        }
    }

    private void rollBack(JMSContext context) {
        if (transactions == null) {
            context.rollback();
        } else {
            transactions.end();
        }
    }

    private List<Message> receive(JMSConsumer consumer) {
        List<Message> batch = new ArrayList<>();
        int most = singly > 0 ? 1 : MAX_BATCH;
        Message message = consumer.receive(RECEIVE_MILLIS);
        while (message != null) {
            batch.add(message);
            message = batch.size() < most ? consumer.receiveNoWait() : null;
        }
        return batch;
    }

    private void take(JMSContext context, List<Message> batch) throws JMSException, InterruptedException {
        try {
            if (publish(handler.check(texts(batch)))) {
                commit(context);
                singly = Math.max(0, singly - 1);
            } else {
                rollBack(context);
                worker.pause(RETRY_MILLIS);
            }
        } catch (RefusedMessageException e) {
            if (batch.size() > 1) {
                singly = batch.size();
                rollBack(context);
            } else {
                refuse(context, batch.get(0), e);
            }
        }
    }

    private void refuse(JMSContext context, Message message, RefusedMessageException why)
            throws JMSException, InterruptedException {
        String id = String.valueOf(message.getJMSMessageID());
        if (id.equals(refusedId)) {
            refusals++;
        } else {
            refusedId = id;
            refusals = 1;
            LOG.log(
                    Level.WARNING,
                    () -> "KULKUL0513W message " + id + " of the queue of events to publish is refused and goes back to"
                            + " the broker: " + why.getMessage());
        }
        rollBack(context);
        worker.pause(Math.min(MAX_REFUSED_MILLIS, REFUSED_MILLIS * refusals));
    }

    /** Tries for a while; says whether it is done. */
    private boolean publish(Checked checked) throws RefusedMessageException, InterruptedException {
        long began = nanoTime.getAsLong();
        Exception failure = publishOnce(checked);
        boolean told = false;
        while (failure != null && nanoTime.getAsLong() - began < PATIENCE_NANOS && worker.pause(RETRY_MILLIS)) {
            if (!told) {
                told = true;
                String cause = String.valueOf(failure);
                LOG.log(
                        Level.WARNING,
                        () ->
                                "KULKUL0514W events of the queue cannot be published at present; they stay there and it is tried"
                                        + " again: " + cause);
            }
            failure = publishOnce(checked);
        }
        return failure == null;
    }

    private static @Nullable Exception publishOnce(Checked checked)
            throws RefusedMessageException, InterruptedException {
        try {
            checked.publish().toCompletableFuture().get(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
            return null;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RefusedMessageException refused) {
                throw refused;
            }
            return e;
        } catch (TimeoutException | RuntimeException e) {
            return e;
        }
    }

    private static List<String> texts(List<Message> messages) throws JMSException, RefusedMessageException {
        List<String> texts = new ArrayList<>(messages.size());
        for (Message message : messages) {
            texts.add(text(message));
        }
        return texts;
    }

    private static String text(Message message) throws JMSException, RefusedMessageException {
        String text = null;
        if (message instanceof TextMessage characters) {
            text = characters.getText();
        } else if (message instanceof BytesMessage bytes) {
            // What most AMQP clients send.
            text = decoded(bytes.getBody(byte[].class));
        }
        if (text == null) {
            throw new RefusedMessageException("a text message with a JSON object is expected");
        }
        return text;
    }

    private static @Nullable String decoded(byte @Nullable [] bytes) throws RefusedMessageException {
        try {
            return bytes == null
                    ? null
                    : StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString();
        } catch (CharacterCodingException e) {
            throw new RefusedMessageException("not valid UTF-8");
        }
    }
}
