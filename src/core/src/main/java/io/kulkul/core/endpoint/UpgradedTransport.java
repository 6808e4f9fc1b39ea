package io.kulkul.core.endpoint;

import io.kulkul.core.connection.Transport;
import io.kulkul.core.connection.Writers;
import io.kulkul.core.eventlog.Encoded;
import io.kulkul.core.websocket.Frames;
import io.kulkul.core.websocket.Outgoing;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends over an upgraded HTTP connection (Jakarta Servlet 6.0, section 2.3.3.5), several frames in one write where several wait.
 *
 * <p>All writes wait while the client does not read. They are done on the threads of {@link Writers}, of which another one takes over. A
 * client that has kept a thread waiting once is written to by {@link UpgradeThreads#patient} until it has shown that it reads, and so is every client
 * while too many writers wait.
 *
 * <p>Nobody can free a thread that waits in a write: on Open Liberty, closing the connection waits for the write. It ends when the client
 * reads or goes, or by the server's {@code upgradewritetimeout}. So whoever closes meanwhile leaves the rest to the thread that writes.
 *
 * <p>Guarded by its monitor, which is never held while writing.
 */
final class UpgradedTransport implements Transport {

    private static final System.Logger LOG = System.getLogger(UpgradedTransport.class.getName());

    /** A client whose write takes longer is slow. */
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** So many writes in a row have to be faster, for the client not to be slow any more. */
    static final int QUICK_WRITES = 8;

    /** For so long a client may take to answer a close frame with its own, before the connection is closed without it. */
    static final long LINGER_MILLIS = 2_000;

    private final WebConnection connection;
    private final OutputStream out;
    private final UpgradeThreads threads;

    /** What writes to the connection: always the same. */
    private volatile @Nullable Runnable due;

    /** The patient thread that does so now. */
    private volatile @Nullable Thread patient;

    /** How many writes the client still has to take quickly; 0 where it is not slow. Changed within a write, of which there is one at a time. */
    private volatile int slow;

    private boolean writing;

    /** What is to be written when the write that is under way is over. */
    private byte @Nullable [] closeFrame;

    /** Whether a close frame is on its way, or none is to be sent any more. */
    private boolean closeSent;

    /** Whether nothing more is to come from the client. */
    private boolean clientEnded;

    /** Whether the connection is to be ended as soon as nothing is being written. */
    private boolean finishDue;

    private boolean finished;

    UpgradedTransport(WebConnection connection, OutputStream out, UpgradeThreads threads) {
        this.connection = connection;
        this.out = out;
        this.threads = threads;
    }

    @Override
    public void begin(Runnable task) {
        due = task;
        if (slow == 0) {
            try {
                threads.writers().execute(task);
                return;
            } catch (RejectedExecutionException noThread) {
                LOG.log(Level.DEBUG, () -> "KULKUL0210D no writer: " + noThread);
            }
        }
        threads.patient().execute(() -> {
            patient = Thread.currentThread();
            try {
                task.run();
            } finally {
                patient = null;
            }
        });
    }

    @Override
    public void send(Encoded frame, Done done) {
        write(frame, done);
    }

    @Override
    public boolean sendsAll() {
        return true;
    }

    @Override
    public void sendAll(List<Encoded> frames, Done done) {
        write(
                to -> {
                    for (Encoded frame : frames) {
                        frame.writeTo(to);
                    }
                },
                done);
    }

    @Override
    public void ping(Done done) {
        write(to -> to.write(Frames.ping()), done);
    }

    @Override
    public void pong(byte[] payload, Done done) {
        write(to -> to.write(Frames.pong(payload)), done);
    }

    private void write(Outgoing what, Done done) {
        Runnable task = due;
        boolean mayWait =
                slow == 0 ? task != null && threads.writers().mayWait(task) : patient == Thread.currentThread();
        if (mayWait) {
            writeAndWait(what, done);
        } else {
            threads.patient().execute(() -> writeAndWait(what, done));
        }
    }

    private void writeAndWait(Outgoing what, Done done) {
        synchronized (this) {
            // It may have waited for a thread meanwhile; a frame beside the close frame, or behind it, would be against
            // the protocol.
            if (closeFrame != null || closeSent || finishDue) {
                return;
            }
            writing = true;
        }
        long began = threads.nanoTime();
        Throwable failure = put(what);
        boolean tookLong = threads.nanoTime() - began > SLOW_NANOS;
        int quickToGo = slow;
        if (tookLong || quickToGo > 0) {
            slow = tookLong ? QUICK_WRITES : quickToGo - 1;
        }
        byte[] close;
        boolean over;
        synchronized (this) {
            over = finishDue || (failure != null && closeFrame != null);
            close = over ? null : closeFrame;
            writing = close != null;
        }
        done.done(failure);
        if (close != null) {
            putClose(close);
        } else if (over) {
            finish();
        }
    }

    private @Nullable Throwable put(Outgoing what) {
        try {
            what.writeTo(out);
            out.flush();
            return null;
        } catch (IOException | RuntimeException refused) {
            return refused;
        }
    }

    /** Sends a close frame, waits for the client's at most {@value #LINGER_MILLIS} ms, and ends the connection. Returns after the first. */
    @Override
    public void close(int code, String reason) {
        byte[] frame = Frames.close(code, reason);
        synchronized (this) {
            if (closeSent || closeFrame != null || finishDue) {
                return;
            }
            closeFrame = frame;
            if (writing) {
                return;
            }
            writing = true;
        }
        putClose(frame);
    }

    /** Called by whoever has set {@code writing}. */
    private void putClose(byte[] frame) {
        Throwable failure = put(to -> to.write(frame));
        boolean over;
        synchronized (this) {
            writing = false;
            closeSent = true;
            over = failure != null || clientEnded || finishDue;
        }
        if (over || !threads.after(LINGER_MILLIS, this::finish)) {
            finish();
        }
    }

    /** The client has sent its close frame, or is gone: nothing is to come from it. */
    void clientEnded() {
        boolean over;
        synchronized (this) {
            clientEnded = true;
            over = closeSent;
        }
        if (over) {
            finish();
        }
    }

    /** Ends the connection, unless a thread writes to it, which then does. May wait for the container. */
    void finish() {
        synchronized (this) {
            finishDue = true;
            if (finished || writing) {
                return;
            }
            finished = true;
        }
        threads.finished(this);
        try {
            connection.close();
        } catch (Exception gone) {
            LOG.log(Level.DEBUG, () -> "KULKUL0217D closing a connection: " + gone);
        }
    }
}
