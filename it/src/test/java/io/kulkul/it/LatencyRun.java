package io.kulkul.it;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Publishes on one server at a fixed rate and receives on another, and measures how long that takes.
 *
 * <p>The publisher is one WebSocket and the receiver another. An event's time runs from when it was to be published by the plan, whether or
 * not the publisher was in time, until its frame is read: an event that has to wait behind a slow one counts with all of its waiting.
 */
final class LatencyRun {
    private static final int CHANNELS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TEXT = "x".repeat(250);

    private final String namespace;
    private final int rate;
    private final int warmUp;
    private final int events;

    /** Publishes into channels of this namespace, so many events a second, for these two times; the first of them counts for nothing. */
    LatencyRun(String namespace, int rate, Duration warmUp, Duration measured) {
        this.namespace = namespace;
        this.rate = rate;
        this.warmUp = Math.toIntExact(rate * warmUp.toMillis() / 1000);
        this.events = this.warmUp + Math.toIntExact(rate * measured.toMillis() / 1000);
    }

    /**
     * What came of it: times in nanoseconds, in ascending order, of the measured events that were received.
     *
     * @param published all of them, also those of the warm-up
     * @param late how far the publisher was behind its plan at each of them, likewise: what the machine, busy with other things, adds
     *     before the servers have done anything
     */
    record Result(
            int published, int lost, int duplicate, int disordered, int refused, List<Long> late, List<Long> nanos) {

        private static double millis(List<Long> nanos, double share) {
            int index = (int) Math.ceil(share * nanos.size()) - 1;
            return nanos.get(Math.max(0, index)) / 1e6;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "p50 %.1f  p99 %.1f  p99.9 %.1f  max %.1f ms; %d events, %d lost, %d duplicate, %d out of order, "
                            + "%d refused; publisher behind its plan: p50 %.1f  p99 %.1f  max %.1f ms",
                    millis(nanos, 0.5),
                    millis(nanos, 0.99),
                    millis(nanos, 0.999),
                    millis(nanos, 1),
                    published,
                    lost,
                    duplicate,
                    disordered,
                    refused,
                    millis(late, 0.5),
                    millis(late, 0.99),
                    millis(late, 1));
        }
    }

    Result between(SecondServer one, SecondServer other) throws InterruptedException {
        Receiver receiver = new Receiver();
        Acknowledged acknowledged = new Acknowledged();
        try (Socket subscriber = new Socket(other.webSocket("/ws"), receiver);
                Socket publisher = new Socket(one.webSocket("/ws"), acknowledged)) {
            for (int i = 0; i < CHANNELS; i++) {
                subscriber.send("{\"type\":\"subscribe\",\"channel\":\"" + channel(i) + "\"}");
            }
            await(receiver.subscribed);
            List<Long> late = publish(publisher);
            await(acknowledged.all);
            boolean complete = receiver.all.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return receiver.result(late, acknowledged.refused.get(), complete);
        }
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(latch.getCount() + " replies did not come");
        }
    }

    private String channel(int n) {
        return namespace + ":" + rate + ":" + n % CHANNELS;
    }

    /** How far it was behind its plan. */
    private List<Long> publish(Socket publisher) {
        long[] late = new long[events];
        long start = System.nanoTime();
        for (int n = 0; n < events; n++) {
            long due = start + n * TimeUnit.SECONDS.toNanos(1) / rate;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                // The rate is what is being measured at.
                LockSupport.parkNanos(left);
            }
            late[n] = System.nanoTime() - due;
            publisher.send("{\"type\":\"publish\",\"channel\":\"" + channel(n)
                    + "\",\"event\":\"measured\",\"payload\":{\"n\":" + n + ",\"due\":" + due + ",\"text\":\"" + TEXT
                    + "\"}}");
        }
        return Arrays.stream(late, warmUp, events).sorted().boxed().toList();
    }

    private static long number(String frame, String member) {
        int from = frame.indexOf(member) + member.length();
        int to = from;
        while (frame.charAt(to) == '-' || Character.isDigit(frame.charAt(to))) {
            to++;
        }
        return Long.parseLong(frame, from, to, 10);
    }

    /** A client with its frames given to a listener, and nothing else that would take time. */
    private static final class Socket implements AutoCloseable {
        private final WebSocket socket;

        Socket(URI uri, Frames frames) {
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .header(
                            "Authorization",
                            "Bearer " + Tokens.forAdministrator().token())
                    .buildAsync(uri, frames)
                    .join();
        }

        void send(String frame) {
            socket.sendText(frame, true).join();
        }

        @Override
        public void close() {
            socket.abort();
        }
    }

    /** Puts frames together. The library calls it on one thread at a time. */
    private abstract static class Frames implements WebSocket.Listener {
        private final StringBuilder part = new StringBuilder();

        abstract void frame(String frame, long now);

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            long now = System.nanoTime();
            part.append(data);
            if (last) {
                frame(part.toString(), now);
                part.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }
    }

    /** Counts what the publisher hears. */
    private final class Acknowledged extends Frames {
        private final CountDownLatch all = new CountDownLatch(events);
        private final AtomicInteger refused = new AtomicInteger();

        @Override
        void frame(String frame, long now) {
            if (frame.startsWith("{\"type\":\"published\"")) {
                all.countDown();
            } else if (frame.startsWith("{\"type\":\"error\"")) {
                refused.incrementAndGet();
                all.countDown();
            }
        }
    }

    /** Keeps each event's time. Its arrays are read when nothing comes any more. */
    private final class Receiver extends Frames {
        private final CountDownLatch subscribed = new CountDownLatch(CHANNELS);
        private final CountDownLatch all = new CountDownLatch(events);
        private final long[] nanos = new long[events];
        private final int[] newest =
                IntStream.generate(() -> -1).limit(CHANNELS).toArray();
        private int duplicate;
        private int disordered;

        @Override
        void frame(String frame, long now) {
            if (frame.startsWith("{\"type\":\"subscribed\"")) {
                subscribed.countDown();
            } else if (frame.startsWith("{\"type\":\"message\"")) {
                message((int) number(frame, "\"n\":"), now - number(frame, "\"due\":"));
            }
        }

        private synchronized void message(int n, long took) {
            if (nanos[n] != 0) {
                duplicate++;
                return;
            }
            nanos[n] = took;
            if (newest[n % CHANNELS] > n) {
                disordered++;
            }
            newest[n % CHANNELS] = n;
            all.countDown();
        }

        private synchronized Result result(List<Long> late, int refused, boolean complete) {
            int lost = complete ? 0 : (int) all.getCount();
            List<Long> measured = Arrays.stream(nanos, warmUp, events)
                    .filter(took -> took != 0)
                    .sorted()
                    .boxed()
                    .toList();
            return new Result(events, lost, duplicate, disordered, refused, late, measured);
        }
    }
}
