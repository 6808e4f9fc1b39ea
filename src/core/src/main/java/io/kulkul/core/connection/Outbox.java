package io.kulkul.core.connection;

import io.kulkul.core.channel.Channel;
import io.kulkul.core.eventlog.Encoded;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.eventlog.Run;
import io.kulkul.core.protocol.CloseCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one connection still has to be sent, and the one writer that sends it.
 *
 * <p>States, guarded by {@code lock} and changed by whoever holds it:
 *
 * <ul>
 *   <li>{@code IDLE}: nothing waits, nothing is being written. A reply or an offer makes it {@code DUE}.
 *   <li>{@code DUE}: something waits, and {@link #begin} was called or is about to be: by the thread that queued it, the fan-out's, or the
 *       flush timer's. The transport then runs {@link #write}.
 *   <li>{@code WRITING}: the transport has a frame. Its {@code done} makes it {@code DUE} again.
 *   <li>{@code CLOSED}: for good. Everything that waited is gone.
 * </ul>
 *
 * <p>{@link #write} does nothing unless the state is {@code DUE}, so one call too many does no harm. The transport is always called
 * without the lock. Where it reports {@code done} before {@code send} returned, the two meet in {@code progress} and the loop goes on
 * instead of the stack growing.
 *
 * <p>Replies go before events. Events of different sources go in the order of their arrival at the instance. A connection that takes
 * batches gets what waits joined in arrays of at most {@value #MAX_FRAME_BYTES} bytes.
 */
final class Outbox implements Runnable, FlushTimer.Waiting {

    /** The longest frame that is joined from several; one reply or event may be longer by itself. */
    static final int MAX_FRAME_BYTES = 65_536;

    /** So much is handed over at once where each event has a frame of its own, or else one frame that is longer. */
    static final int MAX_SENT_AT_ONCE = 8_192;

    /** So many frames are written before other connections have their turn. */
    private static final int FRAMES_IN_A_ROW = 64;

    private static final int SENDING = 0;
    private static final int RETURNED = 1;
    private static final int DONE = 2;

    private final Connection connection;
    private final Transport transport;
    private final ConnectionSettings settings;
    private final boolean batch;
    private final long flushMillis;

    /** How long events wait that come after a pause. */
    private final long phaseMillis;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Encoded> replies = new ArrayDeque<>(2);
    private final PriorityQueue<EventSource> ready =
            new PriorityQueue<>(1, Comparator.comparingLong((EventSource source) -> source.arrival));
    private final AtomicInteger progress = new AtomicInteger();
    private final Transport.Done done = this::done;
    private volatile @Nullable Throwable writeFailure;
    private State state = State.IDLE;
    private int replyBytes;
    private boolean pingDue;

    /** The payload of the client's last ping, while it is not answered: only that one has to be (RFC 6455, section 5.5.3). */
    private byte @Nullable [] pongDue;

    private volatile @Nullable CloseCode closing;
    private boolean lastFrameFull;
    private boolean overflowed;

    /** What goes with the frame that is about to be sent, itself included; null where that is all. */
    private @Nullable List<Encoded> together;

    /** When the last write began, in nanoseconds; 0 before the first. */
    private long writeStarted;

    /** How long the last write took, in nanoseconds; used by whoever ended it. */
    private long writeTook;

    private int frameMessages;
    private int frameBytes;
    private long frameAcceptedNanos;

    Outbox(Connection connection, Transport transport, ConnectionSettings settings, boolean batch, long flushMillis) {
        this.connection = connection;
        this.transport = transport;
        this.settings = settings;
        this.batch = batch;
        this.flushMillis = batch ? flushMillis : 0;
        this.phaseMillis = connection.flushPhase(this.flushMillis);
    }

    /** Does something to what the lock guards. */
    void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Queues a reply and begins to write, unless that is going on already.
     *
     * @return whether there was room: a client that does not read its replies has none left in the end
     */
    boolean reply(Encoded reply) {
        boolean write;
        lock.lock();
        try {
            if (state == State.CLOSED || closing != null) {
                return true;
            }
            if (!replies.isEmpty() && replyBytes + reply.bytes() > settings.maxPendingReplyBytes()) {
                return false;
            }
            replies.add(reply);
            replyBytes += reply.bytes();
            write = due();
        } finally {
            lock.unlock();
        }
        if (write) {
            begin();
        }
        return true;
    }

    /** Lets what is queued from now on wait for the {@link #begin} that the caller owes. */
    void hold() {
        lock.lock();
        try {
            if (state == State.IDLE) {
                state = State.DUE;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Queues a WebSocket ping behind what is being written and before all that waits, so that a busy connection has it too. */
    void ping() {
        control(() -> pingDue = true);
    }

    /** Queues the answer to a client's ping, as {@link #ping}. */
    void pong(byte[] payload) {
        control(() -> pongDue = payload);
    }

    private void control(Runnable queue) {
        lock.lock();
        try {
            if (state == State.CLOSED || closing != null) {
                return;
            }
            queue.run();
            if (state == State.WRITING) {
                return;
            }
            state = State.DUE;
        } finally {
            lock.unlock();
        }
        begin();
    }

    /** Becomes due; true where the caller has to see to the writing at once. */
    private boolean due() {
        if (state == State.IDLE) {
            state = State.DUE;
            return true;
        }
        // Replies do not wait for the flush timer that events may be waiting for.
        return state == State.DUE && flushMillis > 0;
    }

    /** See {@link io.kulkul.core.channel.Subscriber#offer}. */
    boolean offer(Subscription subscription, Channel channel, List<Event> run) {
        Subscription.Offer offer;
        boolean wake = false;
        lock.lock();
        try {
            if (state == State.CLOSED || closing != null) {
                return false;
            }
            offer = subscription.take(channel, run);
            if (offer == Subscription.Offer.READY && state == State.IDLE) {
                state = State.DUE;
                wake = true;
            }
        } finally {
            lock.unlock();
        }
        if (offer == Subscription.Offer.OVERFLOWED) {
            connection.close(CloseCode.SLOW_CONSUMER);
        }
        return wake;
    }

    /** Puts a cursor among the ready sources. Called with the lock held. */
    void ready(TailCursor cursor) {
        cursor.queued(true);
        ready.add(cursor);
    }

    /** What a cursor waited for has come from the database. */
    void loaded(TailCursor cursor, List<Event> events) {
        boolean wake;
        lock.lock();
        try {
            if (state == State.CLOSED || closing != null || cursor.subscription.ended()) {
                return;
            }
            cursor.take(events);
            ready(cursor);
            wake = state == State.IDLE;
            if (wake) {
                state = State.DUE;
            }
        } finally {
            lock.unlock();
        }
        if (wake) {
            wake();
        }
    }

    /** A cursor lags further behind than its namespace allows: the writer closes the connection. Called with the lock held. */
    void overflowed() {
        overflowed = true;
    }

    void release(Subscription subscription, List<Event> replay, Map<String, Long> seen) {
        boolean wake;
        lock.lock();
        try {
            if (state == State.CLOSED || closing != null || subscription.ended()) {
                return;
            }
            if (!replay.isEmpty()) {
                ready.add(new ReplayedEvents(subscription, replay));
            }
            subscription.released(seen);
            for (TailCursor cursor : subscription.cursors()) {
                ready(cursor);
            }
            wake = !ready.isEmpty() && state == State.IDLE;
            if (wake) {
                state = State.DUE;
            }
        } finally {
            lock.unlock();
        }
        if (wake) {
            wake();
        }
    }

    /** Ends a subscription: none of its events is sent after this returns, except one that is being written. */
    void end(Subscription subscription) {
        lock.lock();
        try {
            subscription.end();
            ready.removeIf(source -> source.subscription == subscription);
        } finally {
            lock.unlock();
        }
    }

    /** Sees to it that what is due is written: now, or when the client's flush interval is over. */
    void wake() {
        if (flushMillis > 0) {
            connection.scheduleFlush(paused() ? phaseMillis : flushMillis, this);
        } else {
            begin();
        }
    }

    /** Whether nothing was written for a whole flush interval. */
    private boolean paused() {
        lock.lock();
        try {
            return writeStarted == 0
                    || connection.nanoTime() - writeStarted > TimeUnit.MILLISECONDS.toNanos(flushMillis);
        } finally {
            lock.unlock();
        }
    }

    /** Sees to it that what is due is written. Never waits. */
    @Override
    public void begin() {
        transport.begin(this);
    }

    @Override
    public void run() {
        write();
    }

    /** Writes while something is due and the transport is done at once. Waits where the transport does. */
    private void write() {
        boolean written = false;
        for (int frames = 0; frames <= FRAMES_IN_A_ROW; frames++) {
            Encoded frame = null;
            CloseCode close = null;
            byte[] pong = null;
            boolean control = false;
            boolean tooSlow = false;
            WriteEnd end = WriteEnd.GO_ON;
            lock.lock();
            try {
                // The end of one write and the beginning of the next have the lock once, not twice.
                end = written ? endWrite() : end;
                if (end == WriteEnd.GO_ON && frames < FRAMES_IN_A_ROW) {
                    if (state != State.DUE) {
                        return;
                    }
                    pong = pingDue || closing != null ? null : pongDue;
                    control = pong != null || (pingDue && closing == null);
                    pongDue = pong == null ? pongDue : null;
                    pingDue = false;
                    frame = nextFrame(control);
                    tooSlow = overflowed;
                    if (tooSlow) {
                        frame = null;
                        control = false;
                    } else if (frame == null && !control) {
                        close = closing;
                        state = close == null ? State.IDLE : State.CLOSED;
                    } else {
                        state = State.WRITING;
                        writeStarted = connection.nanoTime();
                        progress.set(SENDING);
                    }
                }
            } finally {
                lock.unlock();
            }
            if (!goesOn(end)) {
                return;
            }
            if (close != null) {
                connection.closed(close);
            }
            if (tooSlow) {
                connection.close(CloseCode.SLOW_CONSUMER);
            }
            if (frames == FRAMES_IN_A_ROW) {
                begin();
                return;
            }
            if (frame == null && !control) {
                return;
            }
            send(frame, pong);
            if (progress.getAndSet(RETURNED) != DONE) {
                return;
            }
            written = true;
        }
    }

    private void send(@Nullable Encoded frame, byte @Nullable [] pong) {
        List<Encoded> all = together;
        try {
            if (pong != null) {
                transport.pong(pong, done);
            } else if (frame == null) {
                transport.ping(done);
            } else if (all != null) {
                transport.sendAll(all, done);
            } else {
                transport.send(frame, done);
            }
        } catch (RuntimeException refused) {
            // Whoever wakes several connections must not lose the others because of one.
            done(refused);
        }
    }

    private void done(@Nullable Throwable failure) {
        writeFailure = failure;
        if (progress.getAndSet(DONE) != RETURNED) {
            // Whoever called send() goes on.
            return;
        }
        WriteEnd end;
        lock.lock();
        try {
            end = endWrite();
        } finally {
            lock.unlock();
        }
        if (goesOn(end)) {
            begin();
        }
    }

    /** Ends a write; called with the lock held, by whoever came second to {@code progress}. */
    private WriteEnd endWrite() {
        if (state != State.WRITING) {
            return WriteEnd.OVER;
        }
        long now = connection.nanoTime();
        writeTook = now - writeStarted;
        state = State.DUE;
        if (writeFailure != null) {
            return WriteEnd.FAILED;
        }
        count(now);
        boolean flushLater =
                flushMillis > 0 && replies.isEmpty() && closing == null && !lastFrameFull && !ready.isEmpty();
        return flushLater ? WriteEnd.FLUSH_LATER : WriteEnd.GO_ON;
    }

    /** Does what the end of a write asks for, without the lock; true where the next one has to begin now. */
    private boolean goesOn(WriteEnd end) {
        Throwable failure = writeFailure;
        if (end == WriteEnd.FAILED && failure != null) {
            connection.broken(failure, writeTook);
        } else if (end == WriteEnd.FLUSH_LATER) {
            connection.scheduleFlush(flushMillis, this);
        }
        return end == WriteEnd.GO_ON;
    }

    private void count(long now) {
        if (frameBytes == 0) {
            return;
        }
        connection.meter().sent(connection.dialect().name(), frameMessages, frameBytes);
        if (frameAcceptedNanos != 0) {
            connection.meter().delivered(now - frameAcceptedNanos);
        }
    }

    /** Takes what is sent next; nothing where it is a ping's or a pong's turn. */
    private @Nullable Encoded nextFrame(boolean control) {
        frameMessages = 0;
        frameBytes = 0;
        frameAcceptedNanos = 0;
        lastFrameFull = false;
        together = null;
        if (control) {
            return null;
        }
        Encoded frame = batch ? joinedFrame() : singleFrame(0);
        frameBytes = frame == null ? 0 : frame.bytes();
        if (frame != null && !batch && transport.sendsAll()) {
            addMore(frame);
        }
        return frame;
    }

    /** Takes more frames as long as they are short. */
    private void addMore(Encoded first) {
        List<Encoded> all = null;
        while (frameBytes < MAX_SENT_AT_ONCE) {
            Encoded more = singleFrame(MAX_SENT_AT_ONCE - frameBytes);
            if (more == null) {
                break;
            }
            if (all == null) {
                all = new ArrayList<>();
                all.add(first);
            }
            all.add(more);
            frameBytes += more.bytes();
        }
        together = all;
    }

    /**
     * The next frame; null where there is none, or a longer one.
     *
     * @param most how long a frame may be that follows on another one
     */
    private @Nullable Encoded singleFrame(int most) {
        boolean first = frameBytes == 0;
        Encoded reply = replies.peek();
        if (reply != null) {
            return first || reply.bytes() <= most ? pollReply() : null;
        }
        for (EventSource source = nextSource(); source != null; source = nextSource()) {
            Encoded frame = source.peek();
            if (frame != null && !first && frame.bytes() > most) {
                return null;
            }
            // The tail may have moved on since: a dialect without a gap frame then has nothing here.
            if (frame != null) {
                taken(source);
                return frame;
            }
        }
        return null;
    }

    private @Nullable Encoded joinedFrame() {
        Encoded shared = sharedFrame();
        return shared == null ? ownFrame() : shared;
    }

    /** What waits in the one source there is, in a frame that other connections may share; null where there is more to it than that. */
    private @Nullable Encoded sharedFrame() {
        if (!replies.isEmpty() || ready.size() != 1 || !(ready.peek() instanceof TailCursor cursor)) {
            return null;
        }
        // In this order: a subscription that comes after the look at the others begins behind this event.
        long newest = cursor.newest();
        if (connection.isOnly(cursor.subscription)) {
            cursor.readAhead(newest);
        }
        Run run = cursor.run();
        if (run == null) {
            return null;
        }
        frameMessages = run.messages();
        frameAcceptedNanos = run.acceptedNanos();
        cursor.advanceBehind(run);
        lastFrameFull = cursor.waiting() > 0;
        if (!lastFrameFull) {
            ready.poll();
            cursor.exhausted();
        }
        return run.encoded();
    }

    private @Nullable Encoded ownFrame() {
        JoinedFrame joined = new JoinedFrame();
        for (Encoded reply = replies.peek(); reply != null; reply = replies.peek()) {
            if (!joined.fits(reply)) {
                lastFrameFull = true;
                return joined.encoded();
            }
            joined.add(reply);
            pollReply();
        }
        for (EventSource source = nextSource(); source != null; source = nextSource()) {
            Encoded event = source.peek();
            if (event == null || !joined.fits(event)) {
                lastFrameFull = true;
                break;
            }
            joined.add(event);
            taken(source);
        }
        return joined.encoded();
    }

    private @Nullable Encoded pollReply() {
        Encoded reply = replies.poll();
        if (reply != null) {
            replyBytes -= reply.bytes();
        }
        return reply;
    }

    /** The source whose next frame is the instance's oldest, with a frame in it; null where nothing waits. */
    private @Nullable EventSource nextSource() {
        for (EventSource source = ready.peek(); source != null; source = ready.peek()) {
            long arrival = source.arrival;
            boolean waits = source.peek() != null;
            if (overflowed) {
                return null;
            }
            if (waits && source.arrival == arrival) {
                return source;
            }
            ready.poll();
            if (waits) {
                // It skipped what its filter does not accept: another source may come first now.
                ready.add(source);
            } else {
                source.exhausted();
            }
        }
        return null;
    }

    private void taken(EventSource source) {
        frameMessages++;
        long accepted = source.acceptedNanos();
        if (frameAcceptedNanos == 0) {
            frameAcceptedNanos = accepted;
        }
        source.advance();
        if (source.waiting() <= 0) {
            ready.poll();
            source.exhausted();
        } else if (ready.size() > 1) {
            ready.poll();
            ready.add(source);
        }
    }

    /** Whether it is to be closed when all replies are written. */
    boolean closing() {
        return closing != null;
    }

    /** Closes when all replies are written, without the events that wait, and takes no more of both. */
    void closeAfterReplies(CloseCode code) {
        closeAfter(code, ready::clear);
    }

    /** Closes when all replies and events that wait are written, and takes no more of both. */
    void closeAfterAll(CloseCode code) {
        closeAfter(code, () -> {});
    }

    private void closeAfter(CloseCode code, Runnable forget) {
        boolean nothingWaits;
        lock.lock();
        try {
            if (state == State.CLOSED || closing != null) {
                return;
            }
            closing = code;
            forget.run();
            // Without a writer's thread where none is needed: at the end of the instance there may be none any more.
            nothingWaits = state == State.IDLE;
            if (nothingWaits) {
                state = State.CLOSED;
            }
        } finally {
            lock.unlock();
        }
        if (nothingWaits) {
            connection.closed(code);
        } else {
            begin();
        }
    }

    /**
     * Ends all writing at once.
     *
     * @return how many events of which namespace were waiting and are not sent; null where it was closed before
     */
    @Nullable
    List<Missed> close() {
        lock.lock();
        try {
            if (state == State.CLOSED) {
                return null;
            }
            state = State.CLOSED;
            List<Missed> missed = new ArrayList<>();
            for (EventSource source : ready) {
                if (source instanceof TailCursor cursor) {
                    missed.add(new Missed(cursor.channel().options().name(), cursor.unsent()));
                }
            }
            ready.clear();
            replies.clear();
            return missed;
        } finally {
            lock.unlock();
        }
    }

    /** For how long the present write has been under way, in nanoseconds; 0 where none is. */
    long writingFor(long now) {
        lock.lock();
        try {
            return state == State.WRITING ? now - writeStarted : 0;
        } finally {
            lock.unlock();
        }
    }

    /** How many events are waiting to be sent. */
    long waiting() {
        lock.lock();
        try {
            long waiting = 0;
            for (EventSource source : ready) {
                waiting += source.waiting();
            }
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    /** Events that a closed connection was not sent. */
    record Missed(String namespace, long events) {}

    /** What comes after a write. */
    private enum WriteEnd {
        /** Nothing: the connection is closed. */
        OVER,
        FAILED,
        FLUSH_LATER,
        GO_ON
    }

    private enum State {
        IDLE,
        DUE,
        WRITING,
        CLOSED
    }
}
