package io.kulkul.core.bus;

import io.kulkul.core.eventlog.PlacedEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent, in the order in which it came; where there is too much of it the oldest gives way. Thread-safe, guarded by its lock.
 *
 * <p>Events and notices lie apart, so that many events cannot push out a notice, each with the number of its arrival, by which they leave
 * in the order in which they came.
 */
final class SendQueue {

    /** The most events that wait. */
    static final int MAX_EVENTS = 10_000;

    /** The most characters of all events that wait. */
    static final long MAX_LENGTH = 32L * 1024 * 1024;

    /** The most notices that wait. */
    static final int MAX_NOTICES = 1_000;

    /** The most events of one message. */
    static final int MAX_JOINED = 200;

    /**
     * The most characters of the events of one message; one event may have more. Artemis writes two bytes for each, and puts a message from
     * 100 KiB on into a file, whether or not it is to be kept.
     */
    static final int MAX_JOINED_LENGTH = 40 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Waiting<PlacedEvent>> events = new ArrayDeque<>();
    private final ArrayDeque<Waiting<Outgoing.Notice>> notices = new ArrayDeque<>();
    private long arrivals;
    private long eventsLength;
    private long droppedEvents;
    private long droppedNotices;
    private boolean closed;

    /** Never waits. */
    void add(PlacedEvent event) {
        int length = EventTexts.length(event);
        lock.lock();
        try {
            events.add(new Waiting<>(arrivals++, length, event));
            eventsLength += length;
            while (events.size() > MAX_EVENTS || (eventsLength > MAX_LENGTH && events.size() > 1)) {
                removeEvent();
                droppedEvents++;
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Never waits. */
    void add(Outgoing.Notice notice) {
        lock.lock();
        try {
            notices.add(new Waiting<>(arrivals++, 0, notice));
            if (notices.size() > MAX_NOTICES) {
                notices.remove();
                droppedNotices++;
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes what goes into the next message: a notice, or all events that came before the next notice and fit.
     *
     * @param nanos how long to wait for something
     * @return null where nothing came, or the queue is closed and empty
     */
    @Nullable
    Outgoing take(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (empty() && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return empty() ? null : next();
        } finally {
            lock.unlock();
        }
    }

    private Outgoing next() {
        Waiting<PlacedEvent> event = events.peek();
        Waiting<Outgoing.Notice> notice = notices.peek();
        if (notice != null && (event == null || notice.arrival < event.arrival)) {
            notices.remove();
            return notice.what;
        }
        return new Outgoing.Events(joined(notice == null ? Long.MAX_VALUE : notice.arrival));
    }

    private List<PlacedEvent> joined(long before) {
        List<PlacedEvent> taken = new ArrayList<>();
        long length = 0;
        Waiting<PlacedEvent> event = events.peek();
        while (event != null
                && event.arrival < before
                && taken.size() < MAX_JOINED
                && (taken.isEmpty() || length + event.length <= MAX_JOINED_LENGTH)) {
            taken.add(event.what);
            length += event.length;
            removeEvent();
            event = events.peek();
        }
        return taken;
    }

    private void removeEvent() {
        eventsLength -= events.remove().length;
    }

    /** Nothing more will come: whoever takes need not wait. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is closed and all was taken. */
    boolean ended() {
        lock.lock();
        try {
            return closed && empty();
        } finally {
            lock.unlock();
        }
    }

    private boolean empty() {
        return events.isEmpty() && notices.isEmpty();
    }

    /** How many events gave way. */
    long droppedEvents() {
        lock.lock();
        try {
            return droppedEvents;
        } finally {
            lock.unlock();
        }
    }

    /** How many notices gave way. */
    long droppedNotices() {
        lock.lock();
        try {
            return droppedNotices;
        } finally {
            lock.unlock();
        }
    }

    private record Waiting<T>(long arrival, int length, T what) {}
}
