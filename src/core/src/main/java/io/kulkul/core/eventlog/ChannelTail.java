package io.kulkul.core.eventlog;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of one channel: a ring that holds each once, in seq order.
 *
 * <p>One thread at a time appends (whoever holds the channels' lock); any number read at the same time without a lock. A slot is
 * written before {@link #last} says that it is, and an event carries its seq, so a reader that finds another seq in the slot knows
 * that the ring's end has passed it. The ring starts small and doubles up to its capacity, because most channels are quiet: the
 * bigger ring is published before the append that needed it.
 */
public final class ChannelTail {

    private static final int SMALLEST = 8;
    private static final int RUNS = 4;

    private final int capacity;
    private volatile AtomicReferenceArray<@Nullable Event> ring;
    private volatile long last;
    private volatile long first;
    private final @Nullable Run[] runs = new @Nullable Run[RUNS];
    private int nextRun;

    /**
     * An empty tail of a channel that has no event yet.
     *
     * @param capacity the most events it holds, at least 1
     */
    public ChannelTail(int capacity) {
        this(capacity, 0);
    }

    /**
     * An empty tail.
     *
     * @param capacity the most events it holds, at least 1
     * @param base the seq of the channel's newest event, which it does not hold; 0 before the first
     */
    public ChannelTail(int capacity, long base) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1: " + capacity);
        }
        this.capacity = capacity;
        ring = new AtomicReferenceArray<>(Math.min(SMALLEST, capacity));
        last = base;
        first = base + 1;
    }

    /**
     * Adds the next event. Called by one thread at a time.
     *
     * @throws IllegalArgumentException when the event's seq is not {@code last() + 1}
     */
    public void append(Event event) {
        long seq = event.seq();
        if (seq != last + 1) {
            throw new IllegalArgumentException("seq " + seq + " does not follow " + last);
        }
        AtomicReferenceArray<@Nullable Event> slots = ring;
        if (slots.length() < capacity && seq - first >= slots.length()) {
            slots = grow(slots);
        }
        Event overwritten = slots.getAndSet(slot(seq, slots), event);
        if (seq - first >= capacity) {
            first = seq - capacity + 1;
        }
        last = seq;
        if (overwritten != null) {
            overwritten.forgetFrames();
        }
    }

    /**
     * Lets go of all events and goes on behind this seq. Called by the thread that may append.
     *
     * @param seq not below {@link #last}
     */
    public void skipTo(long seq) {
        expire(Long.MAX_VALUE);
        first = seq + 1;
        last = seq;
    }

    private AtomicReferenceArray<@Nullable Event> grow(AtomicReferenceArray<@Nullable Event> from) {
        AtomicReferenceArray<@Nullable Event> bigger =
                new AtomicReferenceArray<>(Math.min(capacity, from.length() * 2));
        for (long seq = first; seq <= last; seq++) {
            bigger.setPlain(slot(seq, bigger), from.getPlain(slot(seq, from)));
        }
        ring = bigger;
        return bigger;
    }

    /** The event with this seq, or null where the tail does not hold it any more, or not yet. */
    public @Nullable Event get(long seq) {
        if (seq < first || seq > last) {
            return null;
        }
        AtomicReferenceArray<@Nullable Event> slots = ring;
        Event event = slots.get(slot(seq, slots));
        return event != null && event.seq() == seq ? event : null;
    }

    /** The seq of the oldest event that is held; {@code last() + 1} where there is none. */
    public long first() {
        return first;
    }

    /** The seq of the newest event; 0 before the first. */
    public long last() {
        return last;
    }

    /** Lets go of the events published before this time. Called by the thread that may append. */
    public void expire(long before) {
        AtomicReferenceArray<@Nullable Event> slots = ring;
        long seq = first;
        for (; seq <= last; seq++) {
            Event event = slots.get(slot(seq, slots));
            if (event != null && event.timestamp() >= before) {
                break;
            }
            first = seq + 1;
            slots.set(slot(seq, slots), null);
        }
        if (seq > last) {
            ring = new AtomicReferenceArray<>(Math.min(SMALLEST, capacity));
        }
        synchronized (runs) {
            java.util.Arrays.fill(runs, null);
        }
    }

    /**
     * A run of events in one frame, made on first use and the same for all connections that ask for the same run soon after.
     *
     * @param from the run's first seq
     * @param upTo the run's last seq, if there is room
     * @param filter which of the events are wanted; null for all
     * @param make joins the run
     * @return null where the maker has none
     */
    public @Nullable Run run(
            long from, long upTo, Encoding encoding, @Nullable Predicate<Event> filter, RunMaker make) {
        synchronized (runs) {
            for (Run run : runs) {
                if (run != null && run.is(from, upTo, encoding, filter)) {
                    return run;
                }
            }
            Run made = make.make(this, from, upTo, encoding, filter);
            if (made != null) {
                runs[nextRun] = made;
                nextRun = (nextRun + 1) % RUNS;
            }
            return made;
        }
    }

    private static int slot(long seq, AtomicReferenceArray<@Nullable Event> slots) {
        return (int) (seq % slots.length());
    }

    /** Joins events in one frame. */
    @FunctionalInterface
    public interface RunMaker {
        /** The run, as far as there is room; null where the first of its events is not held any more, or none is wanted. */
        @Nullable
        Run make(ChannelTail tail, long from, long upTo, Encoding encoding, @Nullable Predicate<Event> filter);
    }
}
