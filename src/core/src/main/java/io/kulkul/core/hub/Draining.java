package io.kulkul.core.hub;

import io.kulkul.core.protocol.CloseCode;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends an instance's clients away one by one, so that they do not all come to another instance at once. Thread-safe.
 *
 * <p>It begins once and never ends. Who is connected then is told at once when to leave, and closed with 1012 at that time; who connects
 * later is closed by {@link Hub#connect}. {@code begun} is set before anybody looks who is connected, and a connection is registered
 * before it looks at {@code begun}: so each one is met by one of the two. One timer serves all connections.
 */
final class Draining {

    /** What clients are told. */
    static final String REASON = "draining";

    /** So long after the last one's time, who still has not read what was queued is closed without it. */
    static final Duration GRACE = Duration.ofSeconds(3);

    /** So long after the last one's time, nobody waits for the end any more. */
    static final Duration PATIENCE = GRACE.plusSeconds(3);

    private static final System.Logger LOG = System.getLogger(Draining.class.getName());
    private static final int ROUND_MILLIS = 100;

    private final Hub hub;
    private final Threads threads;
    private final RandomGenerator random;
    private final CountDownLatch gone = new CountDownLatch(1);

    /** Who leaves when, the next one first; guarded by this. */
    private final ArrayDeque<Departure> departures = new ArrayDeque<>(0);

    /** Guarded by this. */
    private @Nullable ScheduledFuture<?> timer;

    private volatile boolean begun;
    private volatile long deadlineMillis;
    private volatile long lastCallNanos;

    Draining(Hub hub, Threads threads, RandomGenerator random) {
        this.hub = hub;
        this.threads = threads;
        this.random = random;
    }

    /**
     * Tells all clients when to leave, evenly spread over this time; does nothing where that has begun.
     *
     * @return whether it began now
     */
    boolean begin(Duration over) {
        synchronized (this) {
            if (begun) {
                return false;
            }
            deadlineMillis = hub.millis() + over.toMillis();
            lastCallNanos = hub.nanoTime() + over.plus(GRACE).toNanos();
            begun = true;
        }
        List<Departure> told = tellAll(over.toNanos());
        LOG.log(
                Level.INFO,
                "KULKUL0108I instance " + hub.instance() + " sends " + told.size() + " connections away over " + over);
        synchronized (this) {
            departures.addAll(told);
            timer = threads.timer()
                    .scheduleAtFixedRate(this::roundSafely, ROUND_MILLIS, ROUND_MILLIS, TimeUnit.MILLISECONDS);
        }
        round();
        return true;
    }

    /** Each of n clients has a slot of an n-th of the time, in an order and at a point of it that nobody can foresee. */
    private List<Departure> tellAll(long overNanos) {
        List<Client> clients = new ArrayList<>();
        hub.clients().forEach(clients::add);
        Collections.shuffle(clients, new Random(random.nextLong()));
        List<Departure> told = new ArrayList<>(clients.size());
        double slotNanos = (double) overNanos / Math.max(1, clients.size());
        for (int i = 0; i < clients.size(); i++) {
            long afterNanos = (long) ((i + random.nextDouble()) * slotNanos);
            long due = hub.nanoTime() + afterNanos;
            Client client = clients.get(i);
            client.sendAway(TimeUnit.NANOSECONDS.toMillis(afterNanos), REASON);
            told.add(new Departure(due, client));
        }
        return told;
    }

    private void roundSafely() {
        try {
            round();
        } catch (RuntimeException bug) {
            // A timer that threw would never run again.
            LOG.log(Level.ERROR, "KULKUL0903E sending connections away failed", bug);
        }
    }

    /** Closes those whose time has come. */
    private void round() {
        long now = hub.nanoTime();
        for (Client client : due(now)) {
            client.connection().closeAfterAll(CloseCode.RESTARTING);
        }
        if (now - lastCallNanos >= 0) {
            hub.connections().all().forEach(connection -> connection.close(CloseCode.RESTARTING));
        }
        if (hub.connections().count() == 0) {
            finish();
        }
    }

    private synchronized List<Client> due(long now) {
        List<Client> due = new ArrayList<>();
        for (Departure next = departures.peek(); next != null && next.dueNanos - now <= 0; next = departures.peek()) {
            due.add(next.client);
            departures.remove();
        }
        return due;
    }

    /** Nobody is left, or the instance ends: there is nothing to do any more. */
    void finish() {
        synchronized (this) {
            departures.clear();
            if (timer != null) {
                timer.cancel(false);
                timer = null;
                LOG.log(Level.INFO, "KULKUL0109I instance " + hub.instance() + " has sent its connections away");
            }
        }
        gone.countDown();
    }

    boolean begun() {
        return begun;
    }

    Drain state() {
        return new Drain(begun, hub.connections().count(), begun ? deadlineMillis : null);
    }

    /**
     * Waits until nobody is left, once it has begun.
     *
     * @return false where the time was over before
     */
    boolean await(Duration atMost) throws InterruptedException {
        return gone.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How long it takes from now at most. */
    Duration rest() {
        return Duration.ofMillis(Math.max(0, deadlineMillis - hub.millis())).plus(PATIENCE);
    }

    private record Departure(long dueNanos, Client client) {}
}
