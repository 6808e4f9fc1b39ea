package io.kulkul.core.endpoint;

import io.kulkul.core.connection.Transport;
import io.kulkul.core.connection.Writers;
import io.kulkul.core.eventlog.Encoded;
import jakarta.websocket.CloseReason;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends over a WebSocket session: synchronously, which costs half, to a client that reads, and asynchronously to one that is slow.
 *
 * <p>A synchronous send waits while the client does not read, so it is done on the threads of {@link Writers}, of which another one takes
 * over. A client that has kept a thread waiting once is sent to asynchronously until it has shown that it reads. What hangs is freed by
 * {@link #close}: Open Liberty heeds an interrupt of a send or a ping once the session is closed, and not before.
 *
 * <p>Open Liberty refuses a send while another one is under way and loses it, and its {@code Future} variant reports success for what it
 * dropped; a {@code SendHandler} tells the truth. Its {@code sendPing} is synchronous and would wait for a client that does not
 * read, so it runs on a thread that may wait.
 *
 * <p>When Open Liberty finds that the client has gone, it ends the connection, and a thread that still waits in a write to it is not told: it
 * waits for good, and at times the server's own thread that writes a close frame beside it does. A write to a socket that the client has
 * closed fails at once, so {@link #containerCloses} lets it do so first.
 */
final class SessionTransport implements Transport {

    private static final System.Logger LOG = System.getLogger(SessionTransport.class.getName());

    /** A client whose send takes longer is slow. */
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** So many sends in a row have to be faster, for the client not to be slow any more. */
    static final int QUICK_SENDS = 8;

    /** So long a write that the client has left may take to fail. It does within milliseconds, unless the client has ended its side only. */
    private static final long FAILS_MILLIS = 1_000;

    private final Session session;
    private final RemoteEndpoint.Basic basic;
    private final RemoteEndpoint.Async remote;
    private final Writers writers;
    private final Executor pingers;
    private final LongSupplier nanoTime;
    private volatile @Nullable Thread waiting;

    /** Whether this side has begun to close: then the writer is freed by {@link #close}. */
    private volatile boolean closing;

    /** What writes to the session: always the same. */
    private volatile @Nullable Runnable due;

    /** How many sends the client still has to take quickly; 0 where it is not slow. Changed within a send, of which there is one at a time. */
    private volatile int slow;

    /**
     * Sends over the session.
     *
     * @param writeTimeoutMillis after which the container gives a send up
     * @param writers run the writing, and may wait
     * @param pingers threads that may wait
     */
    SessionTransport(
            Session session, long writeTimeoutMillis, Writers writers, Executor pingers, LongSupplier nanoTime) {
        this.session = session;
        this.basic = session.getBasicRemote();
        this.writers = writers;
        this.remote = session.getAsyncRemote();
        this.remote.setSendTimeout(writeTimeoutMillis);
        this.pingers = pingers;
        this.nanoTime = nanoTime;
    }

    @Override
    public void begin(Runnable writing) {
        due = writing;
        if (slow > 0) {
            // It does not wait here, see send(). In line with the others it would have one frame a turn, and they all
            // that waits.
            writing.run();
            return;
        }
        try {
            writers.execute(writing);
        } catch (RejectedExecutionException noThread) {
            // Left alone, this connection would never be written again.
            writing.run();
        }
    }

    @Override
    public void send(Encoded frame, Done done) {
        String text = frame.text();
        Runnable task = due;
        if (slow == 0 && task != null && writers.mayWait(task)) {
            sendAndWait(text, done);
        } else {
            sendLater(text, done);
        }
    }

    private void sendAndWait(String text, Done done) {
        Throwable failure = null;
        long began = nanoTime.getAsLong();
        waiting = Thread.currentThread();
        try {
            basic.sendText(text);
        } catch (IOException | RuntimeException refused) {
            failure = refused;
        } finally {
            endWaiting();
        }
        if (nanoTime.getAsLong() - began > SLOW_NANOS) {
            slow = QUICK_SENDS;
        }
        done.done(failure);
    }

    private void sendLater(String text, Done done) {
        long began = nanoTime.getAsLong();
        try {
            remote.sendText(text, result -> {
                if (slow > 0) {
                    slow = nanoTime.getAsLong() - began > SLOW_NANOS ? QUICK_SENDS : slow - 1;
                }
                done.done(failure(result));
            });
        } catch (RuntimeException closedMeanwhile) {
            done.done(closedMeanwhile);
        }
    }

    private static @Nullable Throwable failure(SendResult result) {
        if (result.isOK()) {
            return null;
        }
        Throwable failure = result.getException();
        return failure == null ? new IOException("the container gives no reason") : failure;
    }

    @Override
    public void ping(Done done) {
        Runnable task = due;
        if (slow == 0 && task != null && writers.mayWait(task)) {
            pingAndWait(done);
        } else {
            pingers.execute(() -> pingAndWait(done));
        }
    }

    private void pingAndWait(Done done) {
        Throwable failure = null;
        waiting = Thread.currentThread();
        try {
            remote.sendPing(ByteBuffer.allocate(0));
        } catch (IOException | RuntimeException refused) {
            failure = refused;
        } finally {
            endWaiting();
        }
        done.done(failure);
    }

    /**
     * Waits for a write that is under way to fail, a second at most. Called by the container's {@code onClose}, before it ends the connection,
     * and after nothing is written any more. Does not wait when the instance has ended, as the
     * container then closes one after the other, nor for a write that calls this itself.
     */
    synchronized void containerCloses() {
        if (closing || writers.stopped()) {
            return;
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FAILS_MILLIS);
        Thread here = Thread.currentThread();
        try {
            for (long left = FAILS_MILLIS; left > 0 && waiting != null && waiting != here; left = millisUntil(end)) {
                wait(left);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static long millisUntil(long end) {
        return TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }

    private synchronized void endWaiting() {
        waiting = null;
        notifyAll();
        // What close() may have left behind is no business of this thread's next task.
        Thread.interrupted();
    }

    /** Frees a thread that waits for the client. Only after the close: an interrupt before it does not, and the close may then hang. */
    private synchronized void freeWaiting() {
        Thread thread = waiting;
        if (thread != null) {
            thread.interrupt();
        }
    }

    @Override
    public void close(int code, String reason) {
        closing = true;
        try {
            session.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(code), reason));
        } catch (IOException | RuntimeException gone) {
            LOG.log(Level.DEBUG, () -> "KULKUL0205D closing a session: " + gone);
        } finally {
            freeWaiting();
        }
    }
}
