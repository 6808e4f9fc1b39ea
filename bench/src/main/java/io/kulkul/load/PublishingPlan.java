package io.kulkul.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Publishes when each event is due, and says how late it was.
 *
 * <p>With a rate, an event's time is fixed beforehand, whatever became of those before it. Without one, an event is due as soon as the
 * subscribers have nearly all of those before it.
 */
final class PublishingPlan {

    private static final int AT_ONCE = 64;

    /** After how long without any arrival what is under way is taken for lost, so that the next event may leave. */
    private static final Duration LOST = Duration.ofSeconds(1);

    private final LoadPlan plan;
    private final Publisher publisher;
    private final Publication publication;
    private final Completion completion;
    private final MeasuredTime measured;
    private final LongSupplier received;
    private final double readersPerEvent;
    private final ByteBuffer buffer;
    private final int largest;
    private long publishedInTime;
    private long latest;
    private long begin;
    private long writtenOff;
    private long receivedBefore;
    private long receivedAt;

    /**
     * Nothing is published yet.
     *
     * @param received how many events have arrived at all subscribers together
     * @param readersPerEvent how many arrivals an event has, on average
     */
    PublishingPlan(
            LoadPlan plan,
            Publisher publisher,
            Publication publication,
            Completion completion,
            MeasuredTime measured,
            LongSupplier received,
            double readersPerEvent) {
        this.plan = plan;
        this.publisher = publisher;
        this.publication = publication;
        this.completion = completion;
        this.measured = measured;
        this.received = received;
        this.readersPerEvent = readersPerEvent;
        this.largest =
                plan.payload().template(plan.size()).length + plan.prefix().length() + 128 + publisher.overhead();
        this.buffer = ByteBuffer.allocate(Math.max(Publisher.BUFFER, largest));
    }

    /** Publishes through warm-up and measured time. */
    void run(LoadListener listener) throws IOException, InterruptedException {
        begin = System.nanoTime();
        long from = begin + plan.warmUp().toNanos();
        long to = from + plan.duration().toNanos();
        boolean measuring = false;
        receivedAt = begin;
        while (true) {
            long now = System.nanoTime();
            if (!measuring && now - from >= 0) {
                listener.measuring();
                measuring = true;
                // What the listener took is not part of the plan.
                long took = System.nanoTime() - now;
                begin += took;
                from += took;
                to += took;
                measured.set(from, to);
            } else if (now - to >= 0) {
                listener.measured();
                return;
            } else if (!publishDue(now, measuring ? to : from)) {
                rest(now);
            } else if (measuring) {
                listener.published(publication.number());
            }
        }
    }

    /** How many events were due in the measured time. */
    long publishedInTime() {
        return publishedInTime;
    }

    /** How far the publisher was behind its plan in the measured time, at most, in nanoseconds. */
    long latest() {
        return latest;
    }

    private long due(int number) {
        return begin + (long) (number * 1e9 / plan.rate());
    }

    private boolean publishDue(long now, long end) throws IOException, InterruptedException {
        buffer.clear();
        for (int i = 0; i < AT_ONCE && buffer.remaining() >= largest; i++) {
            long due = plan.rate() > 0 ? due(publication.number()) : now;
            if (plan.rate() > 0 ? due - now > 0 || due - end >= 0 : !mayLeave(now)) {
                break;
            }
            if (measured.contains(due)) {
                publishedInTime++;
                latest = Math.max(latest, now - due);
            }
            completion.published(publication.number());
            publisher.put(publication.next(due), buffer);
        }
        if (buffer.position() == 0) {
            return false;
        }
        publisher.send(buffer.flip());
        return true;
    }

    private boolean mayLeave(long now) {
        long arrived = received.getAsLong();
        long underWay = (long) (publication.number() * readersPerEvent) - arrived;
        if (arrived != receivedBefore) {
            receivedBefore = arrived;
            receivedAt = now;
        } else if (now - receivedAt > LOST.toNanos()) {
            writtenOff = underWay;
            receivedAt = now;
        }
        return underWay - writtenOff < plan.window() * readersPerEvent;
    }

    private void rest(long now) {
        long nap = TimeUnit.MICROSECONDS.toNanos(100);
        if (plan.rate() > 0) {
            nap = Math.min(due(publication.number()) - now, TimeUnit.MILLISECONDS.toNanos(10));
        }
        if (nap > 0) {
            LockSupport.parkNanos(nap);
        }
    }
}
