package io.kulkul.core.endpoint;

import io.kulkul.core.hub.Client;
import io.kulkul.core.hub.Handshake;
import io.kulkul.core.websocket.FrameReader;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * A client on an upgraded HTTP connection (Jakarta Servlet 6.0, section 2.3.3.5): reads its frames and hands them to the hub.
 *
 * <p>The container makes it, gives it the connection, and calls the {@link ReadListener} by one thread at a time.
 */
public class UpgradedConnection implements HttpUpgradeHandler {

    private static final System.Logger LOG = System.getLogger(UpgradedConnection.class.getName());
    private static final int INTERNAL_ERROR = 1011;

    /** A socket that is closed with something unread is reset, so what comes behind the hub's close frame is read, but not without end. */
    private static final long MAX_LATE_BYTES = 1_048_576;

    private @Nullable UpgradedSessions sessions;
    private @Nullable Handshake handshake;
    private @Nullable Link link;

    /** For the container. */
    public UpgradedConnection() {}

    /** Says what the request was, before the container gives the connection. */
    void prepare(UpgradedSessions owner, Handshake request) {
        sessions = owner;
        handshake = request;
    }

    @Override
    public void init(WebConnection connection) {
        UpgradedSessions owner = sessions;
        Handshake request = handshake;
        if (owner == null || request == null) {
            throw new IllegalStateException("the connection was not prepared");
        }
        // The token is not kept.
        handshake = null;
        try {
            link = open(owner, request, connection);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.ERROR, "KULKUL0213E a connection could not be opened", e);
            owner.threads().soon(() -> end(connection));
        }
    }

    private static Link open(UpgradedSessions owner, Handshake request, WebConnection connection) throws IOException {
        ServletInputStream in = connection.getInputStream();
        UpgradedTransport transport = new UpgradedTransport(connection, connection.getOutputStream(), owner.threads());
        owner.threads().opened(transport);
        try {
            Client client = owner.hub().connect(request, transport);
            Link opened = new Link(owner, in, transport, client);
            in.setReadListener(opened);
            return opened;
        } catch (RuntimeException e) {
            owner.threads().finished(transport);
            throw e;
        }
    }

    private static void end(WebConnection connection) {
        try {
            connection.close();
        } catch (Exception gone) {
            LOG.log(Level.DEBUG, () -> "KULKUL0214D closing a connection: " + gone);
        }
    }

    /** The container ends the connection, perhaps because the hub has said so. */
    @Override
    public void destroy() {
        Link ended = link;
        if (ended != null) {
            ended.client.gone();
        }
    }

    /** What comes from the client. */
    private static final class Link implements ReadListener, FrameReader.Receiver {

        private final UpgradedSessions sessions;
        private final ServletInputStream in;
        private final UpgradedTransport transport;
        private final Client client;
        private final FrameReader frames;
        private final ReadPace pace;

        /** How many have come by the present read. */
        private int messages;

        /** How many bytes have come after the connection was over, as when a close frame was on its way. */
        private long late;

        Link(UpgradedSessions sessions, ServletInputStream in, UpgradedTransport transport, Client client) {
            this.sessions = sessions;
            this.in = in;
            this.transport = transport;
            this.client = client;
            this.frames =
                    new FrameReader(client.connection().settings().connection().maxMessageBytes(), this);
            this.pace = sessions.pace();
        }

        @Override
        public void onDataAvailable() throws IOException {
            byte[] buffer = sessions.buffer();
            while (isReady()) {
                int length = in.read(buffer);
                if (length < 0) {
                    onAllDataRead();
                    return;
                } else if (length == 0) {
                    return;
                }
                messages = 0;
                take(buffer, length);
                pace.has(messages, length > buffer.length / 2);
            }
        }

        private boolean isReady() {
            long pause = pace.pauseNanos(sessions.threads().nanoTime());
            if (pause > 0) {
                sessions.pause(pause);
            }
            boolean ready = in.isReady();
            if (ready) {
                pace.reads(sessions.threads().nanoTime());
            }
            return ready;
        }

        private void take(byte[] buffer, int length) {
            if (client.connection().ended()) {
                late += length;
            }
            if (late > MAX_LATE_BYTES) {
                sessions.threads().soon(transport::finish);
                return;
            }
            try {
                frames.take(buffer, 0, length);
            } catch (RuntimeException bug) {
                LOG.log(Level.ERROR, "KULKUL0215E a message could not be taken", bug);
                broken(INTERNAL_ERROR, "internal error");
            }
        }

        @Override
        public void onAllDataRead() {
            client.gone();
            sessions.threads().soon(transport::finish);
        }

        @Override
        public void onError(Throwable failure) {
            LOG.log(
                    Level.DEBUG,
                    () -> "KULKUL0216D connection " + client.connection().id() + ": " + failure);
            onAllDataRead();
        }

        @Override
        public void text(String text) {
            messages++;
            client.receive(text);
        }

        @Override
        public void binary() {
            client.receiveBinary();
        }

        @Override
        public void tooBig() {
            client.receiveTooBig();
        }

        @Override
        public void ping(byte[] payload) {
            client.receivePing(payload);
        }

        @Override
        public void pong() {
            client.receivePong();
        }

        @Override
        public void close(int code) {
            client.gone();
            transport.clientEnded();
            sessions.threads().soon(() -> transport.close(code, ""));
        }

        @Override
        public void broken(int code, String reason) {
            client.gone();
            sessions.threads().soon(() -> transport.close(code, reason));
        }
    }
}
