package io.kulkul.core.hub;

import io.kulkul.core.channel.Channel;
import io.kulkul.core.channel.Channels;
import io.kulkul.core.channel.FanOut;
import io.kulkul.core.channel.Subscriber;
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
 * <p>{@code waiting} and {@code running} are guarded by {@code lock}. The thread that finds nobody running starts a run on the executor; the
 * run ends, under the lock, when nothing waits. Consecutive events of one channel are offered as one run, so the more there is to do,
 * the less each event costs. Whoever has to write because of an offer is woken on the writers' threads, in groups.
 */
final class Delivery implements FanOut {

    private static final System.Logger LOG = System.getLogger(Delivery.class.getName());

    /** How many connections one writer's task wakes: enough to make the hand-over cheap, few enough to share the work. */
    private static final int GROUP = 64;

    /** How far publishers that can wait may be ahead. */
    private static final int AHEAD = 128;

    private final Supplier<Channels> channels;
    private final Executor dispatcher;
    private final Executor writers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition caughtUp = lock.newCondition();
    private ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private boolean running;
    private int underWay;

    /**
     * Has nothing to do yet.
     *
     * @param channels where the subscribers are; asked for at the first event, because the channels need this first
     * @param dispatcher runs one task at a time here
     * @param writers run the connections' writing
     */
    Delivery(Supplier<Channels> channels, Executor dispatcher, Executor writers) {
        this.channels = channels;
        this.dispatcher = dispatcher;
        this.writers = writers;
    }

    @Override
    public void appended(Channel channel, Event event) {
        boolean start;
        lock.lock();
        try {
            waiting.add(new Waiting(channel, event));
            start = !running;
            running = true;
        } finally {
            lock.unlock();
        }
        if (start) {
            start();
        }
    }

    private void start() {
        try {
            dispatcher.execute(this::run);
        } catch (RejectedExecutionException noThread) {
            // The event is published all the same; the next one tries again for both.
            lock.lock();
            try {
                running = false;
            } finally {
                lock.unlock();
            }
            LOG.log(Level.WARNING, "KULKUL0905W no thread for the fan-out: " + noThread.getMessage());
        }
    }

    /** Waits until the offering is nearly up with the publishing; for publishers that would otherwise fill the memory. */
    void awaitRoom() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.size() + underWay > AHEAD) {
                caughtUp.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        ArrayDeque<Waiting> batch = new ArrayDeque<>();
        while (true) {
            lock.lock();
            try {
                underWay = waiting.size();
                caughtUp.signalAll();
                if (underWay == 0) {
                    running = false;
                    return;
                }
                ArrayDeque<Waiting> empty = batch;
                batch = waiting;
                waiting = empty;
            } finally {
                lock.unlock();
            }
            offerAll(batch);
        }
    }

    private void offerAll(ArrayDeque<Waiting> batch) {
        List<Subscriber> woken = new ArrayList<>();
        List<Event> run = new ArrayList<>();
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
            wake(woken);
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

    private void wake(List<Subscriber> woken) {
        for (int from = 0; from < woken.size(); from += GROUP) {
            List<Subscriber> group = List.copyOf(woken.subList(from, Math.min(from + GROUP, woken.size())));
            try {
                writers.execute(() -> group.forEach(Delivery::wake));
            } catch (RejectedExecutionException noThread) {
                // Waking does not wait, so this thread can do it too; left alone, these connections would never be
                // written again.
                group.forEach(Delivery::wake);
            }
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
