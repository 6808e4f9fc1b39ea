package io.kulkul.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One run: connects, publishes by the plan, waits for what is under way, and adds up what was seen. */
public final class LoadRun {

    private static final Duration CONNECT_TIMEOUT = Duration.ofMinutes(2);
    private static final int PUBLISHER_TIMEOUT_SECONDS = 10;
    private static final int POLL_MILLIS = 5;

    private final LoadPlan plan;
    private final LoadListener listener;
    private final MeasuredTime measured = new MeasuredTime();
    private final Completion completion;
    private final Trouble trouble = new Trouble();
    private final AtomicInteger ready = new AtomicInteger();
    private final CountDownLatch allReady;
    private final List<SubscriberLink> links = new ArrayList<>();
    private final List<Ledger> ledgers = new ArrayList<>();
    private final List<EventLoop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private long readyNanos;

    public LoadRun(LoadPlan plan, LoadListener listener) {
        this.plan = plan;
        this.listener = listener;
        this.completion = new Completion(plan.readers());
        this.allReady = new CountDownLatch(plan.connections());
    }

    /**
     * Runs it, on the calling thread and some of its own, which have ended afterwards.
     *
     * @throws IOException where the run cannot begin, or the publisher's connection breaks
     */
    public LoadResult run() throws IOException, InterruptedException {
        try {
            long began = System.nanoTime();
            connect();
            awaitReady();
            double connectSeconds = (readyNanos - began) / 1e9;
            int connected = ready.get();
            if (connected == 0) {
                throw new IOException("no connection could subscribe: " + String.join("; ", trouble.first()));
            }
            return publish(connected, connectSeconds);
        } finally {
            loops.forEach(EventLoop::stop);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private void connect() throws IOException {
        List<List<Link>> shares = new ArrayList<>();
        for (int i = 0; i < plan.threads(); i++) {
            shares.add(new ArrayList<>());
            ledgers.add(new Ledger(measured, completion));
        }
        for (int number = 0; number < plan.connections(); number++) {
            int share = number % plan.threads();
            SubscriberLink link = new SubscriberLink(plan, number, ledgers.get(share), trouble, this::oneReady);
            links.add(link);
            shares.get(share).add(link);
        }
        for (int i = 0; i < plan.threads(); i++) {
            start(ledgers.get(i), shares.get(i), "load reader " + i);
        }
    }

    private void start(Ledger ledger, List<Link> share, String name) throws IOException {
        EventLoop loop = new EventLoop(plan, ledger, share);
        Thread thread = new Thread(loop, name);
        thread.setDaemon(true);
        loops.add(loop);
        threads.add(thread);
        thread.start();
    }

    private void oneReady() {
        ready.incrementAndGet();
        allReady.countDown();
    }

    private void awaitReady() throws InterruptedException {
        long deadline = System.nanoTime() + CONNECT_TIMEOUT.toNanos();
        while (!allReady.await(POLL_MILLIS, TimeUnit.MILLISECONDS) && System.nanoTime() < deadline) {
            if (ready.get() + closed() >= plan.connections()) {
                break;
            }
        }
        readyNanos = System.nanoTime();
    }

    private long closed() {
        return links.stream().filter(link -> link.state() == Link.State.CLOSED).count();
    }

    private LoadResult publish(int connected, double connectSeconds) throws IOException, InterruptedException {
        Publisher publisher = openPublisher();
        Publication publication = new Publication(plan);
        long deliveriesPerRound = 0;
        for (int readers : plan.readers()) {
            deliveriesPerRound += readers;
        }
        double readersPerEvent = (double) deliveriesPerRound / plan.channels();
        PublishingPlan publishing =
                new PublishingPlan(plan, publisher, publication, completion, measured, this::received, readersPerEvent);
        listener.connected();
        TimeUnit.NANOSECONDS.sleep(plan.hold().toNanos());
        publishing.run(listener);
        publisher.finish();
        long expected = expected(publication.published());
        awaitRest(expected);
        long closedMeanwhile = Math.max(0, closed() - (plan.connections() - connected));
        loops.forEach(EventLoop::stop);
        for (Thread thread : threads) {
            thread.join();
        }
        Ledger sum = new Ledger(measured, completion);
        ledgers.forEach(sum::add);
        return LoadResult.of(
                plan,
                connected,
                closedMeanwhile,
                connectSeconds,
                publishing.publishedInTime(),
                publishing.latest(),
                expected,
                missing(publication.published()),
                sum,
                trouble);
    }

    private Publisher openPublisher() throws IOException, InterruptedException {
        if (plan.publishing() == LoadPlan.Publishing.REST) {
            return new RestPublisher(plan, plan.token(0), trouble);
        }
        WebSocketPublisher publisher = new WebSocketPublisher(plan, trouble);
        start(new Ledger(measured, completion), List.of(publisher), "load publisher's reader");
        if (!publisher.awaitOpen(PUBLISHER_TIMEOUT_SECONDS)) {
            throw new IOException("the publisher could not connect: " + String.join("; ", trouble.first()));
        }
        return publisher;
    }

    private long received() {
        long received = 0;
        for (Ledger ledger : ledgers) {
            received += ledger.received();
        }
        return received;
    }

    /** How many arrivals there are if none is missing. */
    private long expected(int[] published) {
        int[] readers = plan.readers();
        long expected = 0;
        for (int channel = 0; channel < published.length; channel++) {
            expected += (long) published[channel] * readers[channel];
        }
        return expected;
    }

    private void awaitRest(long expected) throws InterruptedException {
        long deadline = System.nanoTime() + plan.drain().toNanos();
        while (received() < expected && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private long missing(int[] published) {
        return links.stream()
                .filter(link -> !link.slow())
                .mapToLong(link -> link.missing(published))
                .sum();
    }
}
