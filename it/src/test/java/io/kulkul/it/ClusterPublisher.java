package io.kulkul.it;

import jakarta.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that publishes one event after the other over its WebSocket, each with a key, until it is acknowledged: on its own instance, and
 * where that is gone, on the next.
 */
final class ClusterPublisher {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String name;
    private final List<URI> instances;
    private final List<String> channels;
    private final Duration interval;
    private final ClusterRecords records;
    private final Thread thread;
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong longestMillis = new AtomicLong();
    private final AtomicLong attempts = new AtomicLong();
    private volatile boolean running = true;
    private KulkulClient client;
    private int instance;

    ClusterPublisher(
            String name,
            List<URI> instances,
            int instance,
            List<String> channels,
            Duration interval,
            ClusterRecords records) {
        this.name = name;
        this.instances = List.copyOf(instances);
        this.instance = instance;
        this.channels = List.copyOf(channels);
        this.interval = interval;
        this.records = records;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    long published() {
        return published.get();
    }

    @Override
    public String toString() {
        return name + ": " + published + " published in " + attempts + " attempts, the slowest after " + longestMillis
                + " ms";
    }

    /** Ends after the event under way. */
    void end() throws InterruptedException {
        running = false;
        thread.join(PATIENCE.toMillis());
        if (thread.isAlive()) {
            throw new AssertionError("nobody takes the event under way of " + this);
        }
    }

    /** Ends at once, whatever becomes of the event under way. */
    void interrupt() {
        running = false;
        thread.interrupt();
    }

    private void run() {
        long due = System.nanoTime();
        for (long n = 0; running; n++) {
            long from = System.nanoTime();
            publish(channels.get((int) (n % channels.size())), n);
            longestMillis.accumulateAndGet(
                    Duration.ofNanos(System.nanoTime() - from).toMillis(), Math::max);
            published.incrementAndGet();
            due = Math.max(due + interval.toNanos(), from);
            // Only the rate: what it decides is how many events there are.
            LockSupport.parkNanos(due - System.nanoTime());
        }
        if (client != null) {
            client.close();
        }
    }

    private void publish(String channel, long n) {
        String payload = "{\"publisher\":\"" + name + "\",\"n\":" + n + "}";
        while (!Thread.currentThread().isInterrupted()) {
            attempts.incrementAndGet();
            try {
                JsonObject reply = connected()
                        .ask("{'type':'publish','channel':'" + channel + "','event':'note','key':'" + name + "-" + n
                                + "','payload':" + payload + "}");
                if ("published".equals(reply.getString("type"))) {
                    records.acknowledged(
                            channel,
                            reply.getString("epoch"),
                            reply.getJsonNumber("seq").longValue(),
                            payload);
                    return;
                }
            } catch (RuntimeException | AssertionError gone) {
                // The instance has died, or says nothing: the next one is asked, with the same key.
                if (client != null) {
                    client.close();
                    client = null;
                }
                instance = (instance + 1) % instances.size();
            }
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }

    private KulkulClient connected() {
        if (client == null) {
            client = KulkulClient.to(instances.get(instance))
                    .withToken(Tokens.forUser(name).token())
                    .connect();
            client.expect("connected");
        }
        return client;
    }
}
