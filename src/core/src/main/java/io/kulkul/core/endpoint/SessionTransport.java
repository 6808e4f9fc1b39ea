package io.kulkul.core.endpoint;

import io.kulkul.core.connection.Transport;
import jakarta.websocket.CloseReason;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Sends over a WebSocket session, asynchronously.
 *
 * <p>Open Liberty refuses a send while another one is under way and loses it, and its {@code Future} variant reports success for what it
 * dropped; a {@code SendHandler} tells the truth. Its {@code sendPing} is synchronous and would wait for a client that does not
 * read, so it runs on a thread that may wait.
 */
final class SessionTransport implements Transport {

    private static final System.Logger LOG = System.getLogger(SessionTransport.class.getName());

    private final Session session;
    private final RemoteEndpoint.Async remote;
    private final Executor pingers;
    private volatile @Nullable Thread pinging;

    /**
     * Sends over the session.
     *
     * @param writeTimeoutMillis after which the container gives a send up
     * @param pingers threads that may wait
     */
    SessionTransport(Session session, long writeTimeoutMillis, Executor pingers) {
        this.session = session;
        this.remote = session.getAsyncRemote();
        this.remote.setSendTimeout(writeTimeoutMillis);
        this.pingers = pingers;
    }

    @Override
    public void send(String text, Done done) {
        try {
            remote.sendText(text, result -> done.done(failure(result)));
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
        pingers.execute(() -> {
            Throwable failure = null;
            pinging = Thread.currentThread();
            try {
                remote.sendPing(ByteBuffer.allocate(0));
            } catch (IOException | RuntimeException refused) {
                failure = refused;
            } finally {
                endPing();
            }
            done.done(failure);
        });
    }

    private synchronized void endPing() {
        pinging = null;
        // What close() may have left behind is no business of this thread's next task.
        Thread.interrupted();
    }

    /** Frees a thread that waits in a ping: Open Liberty heeds an interrupt once the session is closed, and not before. */
    private synchronized void freePing() {
        Thread waiting = pinging;
        if (waiting != null) {
            waiting.interrupt();
        }
    }

    @Override
    public void close(int code, String reason) {
        try {
            session.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(code), reason));
        } catch (IOException | RuntimeException gone) {
            LOG.log(Level.DEBUG, () -> "KULKUL0205D closing a session: " + gone);
        } finally {
            freePing();
        }
    }
}
