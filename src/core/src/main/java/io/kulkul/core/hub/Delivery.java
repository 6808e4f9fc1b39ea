package io.kulkul.core.hub;

import io.kulkul.core.channel.Channel;
import io.kulkul.core.channel.Channels;
import io.kulkul.core.channel.FanOut;
import io.kulkul.core.channel.Subscriber;
import io.kulkul.core.connection.Writers;
import io.kulkul.core.eventlog.Event;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Offers appended events to their subscribers: one thread at a time, in the order of arrival, so that a connection that is offered an event
 * has been offered every earlier one.
 *
 * <p>{@code waiting}, {@code running} and {@code ended} are guarded by {@code lock}. Whoever finds nobody running begins a run on the executor; the
 * run ends, under the lock, when nothing waits. Consecutive events of one channel are offered as one run, so the more there is to do,
 * the less each event costs. One run offers what waited when it began; for what came meanwhile the executor is asked anew, so that on an
 * instance that is busy the next run stands behind the writing that this one has caused, and finds more to do at once.
 */
final class Delivery implements FanOut {

    private static final System.Logger LOG = System.getLogger(Delivery.class.getName());

    /** How far publishers that can wait may be ahead. */
    private static final int AHEAD = 128;

    private final Supplier<Channels> channels;
    private final Executor dispatcher;
    private final Writers.ManyTasks task = this::run;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition caughtUp = lock.newCondition();
    private ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private boolean running;
    private boolean ended;
    private int underWay;

    /** These three are the run's own: what it offers, of which channel, and who has to write because of it. */
    private ArrayDeque<Waiting> batch = new ArrayDeque<>();

    private final List<Event> run = new ArrayList<>();
    private final List<Subscriber> woken = new ArrayList<>();

    /**
     * Has nothing to do yet.
     *
     * @param channels where the subscribers are; asked for at the first event, because the channels need this first
     * @param dispatcher runs one task at a time here
     */
    Delivery(Supplier<Channels> channels, Executor dispatcher) {
        this.channels = channels;
        this.dispatcher = dispatcher;
    }

    @Override
    public boolean appended(Channel channel, Event event) {
        lock.lock();
        try {
            waiting.add(new Waiting(channel, event));
            boolean first = !running;
            running = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void begin() {
        try {
            dispatcher.execute(task);
        } catch (RejectedExecutionException noThread) {
            // The event is published all the same; the next one tries again for both.
            lock.lock();
            try {
                running = false;
                caughtUp.signalAll();
            } finally {
                lock.unlock();
            }
            LOG.log(Level.WARNING, "KULKUL0905W no thread for the fan-out: " + noThread.getMessage());
        }
    }

    /**
     * Waits until the offering is nearly up with the publishing; for publishers that would otherwise fill the memory. Returns where nothing is
     * offered any more, because the instance ends.
     */
    void awaitRoom() throws InterruptedException {
        lock.lock();
        try {
            while (running && !ended && waiting.size() + underWay > AHEAD) {
                caughtUp.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nobody waits any more for what will not be offered, as the executor ends. */
    void end() {
        lock.lock();
        try {
            ended = true;
            caughtUp.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        lock.lock();
        try {
            ArrayDeque<Waiting> empty = batch;
            batch = waiting;
            waiting = empty;
            underWay = batch.size();
            caughtUp.signalAll();
        } finally {
            lock.unlock();
        }
        offerAll();
        boolean more;
        lock.lock();
        try {
            underWay = 0;
            caughtUp.signalAll();
            more = !waiting.isEmpty();
            running = more;
        } finally {
            lock.unlock();
        }
        if (more) {
            begin();
        }
    }

    private void offerAll() {
        while (!batch.isEmpty()) {
            Channel channel = batch.element().channel;
            while (!batch.isEmpty() && batch.element().channel == channel) {
                run.add(batch.remove().event);
            }
            for (Subscriber subscriber : channels.get().subscribersOf(channel)) {
                if (offer(subscriber, channel, run)) {
                    woken.add(subscriber);
                }
            }
            run.clear();
            woken.forEach(Delivery::wake);
            woken.clear();
        }
    }

    private static boolean offer(Subscriber subscriber, Channel channel, List<Event> run) {
        try {
            return subscriber.offer(channel, run);
        } catch (RuntimeException bug) {
            // One subscriber's fault must not stop the delivery to all the others.
            LOG.log(Level.ERROR, "KULKUL0901E offering events of " + channel.id() + " failed", bug);
            return false;
        }
    }

    private static void wake(Subscriber subscriber) {
        try {
            subscriber.wake();
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "KULKUL0904E waking a connection failed", bug);
        }
    }

    private record Waiting(Channel channel, Event event) {}
}
