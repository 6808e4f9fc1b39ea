package io.kulkul.core.bus;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows by the messages that an instance sends to itself whether what it sends arrives, and logs when that ends and begins again.
 *
 * <p>Errors alone would not tell: a broker's client that reconnects by itself shows none, it only waits. Thread-safe, guarded by its
 * monitor; the sending and the receiving thread tell it what they see, and anybody may ask.
 */
final class Pulse {

    static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Until the first one came back, so that it is known soon. */
    static final long FIRST_INTERVAL_NANOS = INTERVAL_NANOS / 10;

    /** So long without one coming back, and nothing arrives. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** Where so long sending worked and nothing came back, receiving is dead and does not say so. */
    private static final long DEAF_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** So long the first connection may take before anybody is told: the server may be starting the broker itself. */
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final System.Logger LOG = System.getLogger(Pulse.class.getName());

    private final String instance;
    private final LongSupplier nanoTime;
    private final SendQueue queue;
    private final long createdNanos;
    private long dueNanos;
    private long returnedNanos;
    private long failedNanos;
    private long lagNanos;
    private boolean unanswered;
    private long firstUnansweredNanos;
    private long lastSentNanos;
    private State state = State.NEW;
    private long lostNanos;
    private @Nullable Exception cause;

    private enum State {
        NEW,
        CONNECTED,
        LOST
    }

    Pulse(String instance, LongSupplier nanoTime, SendQueue queue) {
        this.instance = instance;
        this.nanoTime = nanoTime;
        this.queue = queue;
        createdNanos = nanoTime.getAsLong();
        dueNanos = createdNanos;
        returnedNanos = createdNanos;
        failedNanos = createdNanos;
    }

    /** How long until the next one is to be sent; zero and less where it is time. */
    synchronized long untilDue() {
        return dueNanos - nanoTime.getAsLong();
    }

    /** One was handed to the broker. */
    synchronized void sent() {
        lastSentNanos = nanoTime.getAsLong();
        dueNanos = lastSentNanos + (state == State.CONNECTED ? INTERVAL_NANOS : FIRST_INTERVAL_NANOS);
        if (!unanswered) {
            unanswered = true;
            firstUnansweredNanos = lastSentNanos;
        }
    }

    /** Whether sending works and receiving does not. Not so where sending just waits for the broker. */
    synchronized boolean deaf() {
        return unanswered && lastSentNanos - firstUnansweredNanos >= DEAF_NANOS;
    }

    /** The receiver begins anew: what was sent before does not come any more. */
    synchronized void receiving() {
        unanswered = false;
    }

    /**
     * One came back.
     *
     * @param sentNanos when it was sent
     */
    synchronized void returned(long sentNanos) {
        unanswered = false;
        long now = nanoTime.getAsLong();
        if (sentNanos - failedNanos < 0) {
            // It was under way when the connection broke, and says nothing about the one after.
            return;
        }
        returnedNanos = now;
        lagNanos = now - sentNanos;
        if (state != State.CONNECTED) {
            logConnected(now);
            state = State.CONNECTED;
            cause = null;
        }
    }

    private void logConnected(long now) {
        if (state == State.NEW) {
            LOG.log(Level.INFO, () -> "KULKUL0501I instance " + instance + " is connected to the message broker");
            return;
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(now - lostNanos);
        LOG.log(
                Level.INFO,
                () -> "KULKUL0503I the message broker is back after " + seconds + " s; since the start "
                        + queue.droppedEvents() + " events and " + queue.droppedNotices()
                        + " notices to other instances were given up");
    }

    /** Sending or receiving failed. */
    synchronized void failed(Exception why) {
        failedNanos = nanoTime.getAsLong();
        cause = why;
        if (state == State.CONNECTED) {
            lose();
        } else {
            look();
        }
    }

    /** Sees whether too much time went by. */
    synchronized void look() {
        long patience = state == State.NEW ? START_NANOS : PATIENCE_NANOS;
        if (state != State.LOST && nanoTime.getAsLong() - returnedNanos > patience) {
            lose();
        }
    }

    private void lose() {
        state = State.LOST;
        lostNanos = nanoTime.getAsLong();
        String why = cause == null ? "what is sent does not come back" : String.valueOf(cause);
        LOG.log(
                Level.WARNING,
                () ->
                        "KULKUL0502W the message broker does not answer, so nothing goes to other instances and nothing comes"
                                + " from them; it is tried again all the time: " + why);
    }

    /** Whether what is sent arrives. */
    synchronized boolean connected() {
        look();
        return state == State.CONNECTED;
    }

    /** How long the last one took; zero before the first. */
    synchronized Duration lag() {
        return Duration.ofNanos(lagNanos);
    }
}
