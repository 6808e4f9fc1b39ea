package io.kulkul.it;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Publishers on all instances of a cluster and clients that move between them, all the time, while a test breaks something.
 *
 * <p>Sizes are system properties: {@code kulkul.it.cluster.clients} (200), {@code .publishers} (4), {@code .rate} (events a second of one
 * publisher, 20), {@code .calm} (how long nothing is broken, PT5S), {@code .outage} (how long something is, PT8S), {@code .stay} (how long
 * a client stays with an instance, PT15S).
 */
final class ClusterScenario implements AutoCloseable {
    static final Duration CALM = duration("calm", "PT5S");
    static final Duration OUTAGE = duration("outage", "PT8S");

    private static final int CLIENTS = Integer.getInteger("kulkul.it.cluster.clients", 200);
    private static final int PUBLISHERS = Integer.getInteger("kulkul.it.cluster.publishers", 4);
    private static final int RATE = Integer.getInteger("kulkul.it.cluster.rate", 20);
    private static final Duration STAY = duration("stay", "PT15S");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int GROUPS = 10;
    private static final int CHANNELS_PER_GROUP = 5;

    private final ClusterRecords records = new ClusterRecords();
    private final ClusterClient.Tally tally = new ClusterClient.Tally();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<ClusterClient> clients = new ArrayList<>();
    private final List<ClusterPublisher> publishers = new ArrayList<>();
    private final List<String> story = Collections.synchronizedList(new ArrayList<>());
    /** Always the same subscriptions, so that a failure can be looked for again. */
    private final Random random = new Random(1);

    private static Duration duration(String name, String otherwise) {
        return Duration.parse(System.getProperty("kulkul.it.cluster." + name, otherwise));
    }

    /** Every client is subscribed and every publisher at work when this returns. */
    ClusterScenario(Cluster cluster) throws InterruptedException {
        List<URI> instances = IntStream.range(0, cluster.size())
                .mapToObj(index -> cluster.server(index).webSocket("/ws"))
                .toList();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(client("client-" + i, instances, i % instances.size()));
        }
        for (ClusterClient client : clients) {
            if (!client.awaitSubscribed()) {
                throw new AssertionError("the clients are not subscribed: " + tally);
            }
        }
        for (int i = 0; i < PUBLISHERS; i++) {
            publishers.add(new ClusterPublisher(
                    "publisher-" + i,
                    instances,
                    i % instances.size(),
                    channels(),
                    Duration.ofSeconds(1).dividedBy(RATE),
                    records));
        }
        for (ClusterClient client : clients) {
            moveOn(client);
        }
    }

    static List<String> channels() {
        return IntStream.range(0, GROUPS * CHANNELS_PER_GROUP)
                .mapToObj(i -> channel(i / CHANNELS_PER_GROUP, i % CHANNELS_PER_GROUP))
                .toList();
    }

    private static String channel(int group, int index) {
        return "race:g" + group + ":c" + index;
    }

    /** Every fourth one has a pattern; the others have a few channels of their choice. */
    private ClusterClient client(String name, List<URI> instances, int instance) {
        List<String> subscriptions = new ArrayList<>();
        if (random.nextInt(4) == 0) {
            int group = random.nextInt(GROUPS);
            subscriptions.add("race:g" + group + ":*");
            IntStream.range(0, CHANNELS_PER_GROUP).forEach(i -> records.expects(name, channel(group, i)));
        } else {
            List<String> all = new ArrayList<>(channels());
            Collections.shuffle(all, random);
            subscriptions.addAll(all.subList(0, 1 + random.nextInt(6)));
            subscriptions.forEach(channel -> records.expects(name, channel));
        }
        return new ClusterClient(name, instances, instance, subscriptions, records, tally, http, timer);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the timer
    private void moveOn(ClusterClient client) {
        long millis = (long) (STAY.toMillis() * (0.5 + random.nextDouble()));
        timer.scheduleWithFixedDelay(client::move, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** What a test breaks, and how it mends that again. */
    interface Step {
        void run() throws Exception;
    }

    /** Breaks something, mends it after the outage, and waits until every client has everything that was published until then. */
    void during(String what, Duration outage, Step breaks, Step mends) throws Exception {
        breaks.run();
        // An outage is a length of time; what it does is decided by the records.
        Thread.sleep(outage.toMillis());
        mends.run();
        long mended = System.nanoTime();
        awaitCaughtUp(what);
        story.add(what + ": everybody had everything " + since(mended) + " ms after it was mended");
    }

    /** Stops a client's reading. */
    void pauseOne() {
        clients.get(0).pause();
    }

    void continueOne() {
        clients.get(0).goOn();
    }

    private static long since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }

    private void awaitCaughtUp(String what) throws InterruptedException {
        Map<String, Long> heads = records.heads();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (long lacking = records.lackingUpTo(heads); lacking > 0; lacking = records.lackingUpTo(heads)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        what + ": " + lacking + " events did not come to clients\n" + report() + "\n" + this);
            }
            Thread.sleep(50);
        }
    }

    /** Lets the publishers end, waits for the last event, and says what the records come to. */
    ClusterRecords.Report finish() throws InterruptedException {
        for (ClusterPublisher publisher : publishers) {
            publisher.end();
        }
        awaitCaughtUp("at the end");
        return report();
    }

    private ClusterRecords.Report report() {
        return records.check();
    }

    @Override
    public String toString() {
        return String.join("\n", story) + "\n" + publishers + "\n" + tally;
    }

    /** Leaves it as it is: what publishers and clients do now counts for nobody. */
    @Override
    public void close() {
        publishers.forEach(ClusterPublisher::interrupt);
        clients.forEach(ClusterClient::close);
        timer.shutdownNow();
    }
}
