package io.kulkul.core.endpoint;

import io.kulkul.core.hub.Client;
import io.kulkul.core.hub.Handshake;
import io.kulkul.core.hub.Hub;
import io.kulkul.core.protocol.CloseCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Hands what happens on WebSocket sessions to the hub. Thread-safe. */
@ApplicationScoped
public class EndpointSessions {

    private static final System.Logger LOG = System.getLogger(EndpointSessions.class.getName());
    private static final String RECEIVER = Receiver.class.getName();

    private @Nullable HubLifecycle lifecycle;

    /** For the container's proxy. */
    protected EndpointSessions() {}

    @Inject
    EndpointSessions(HubLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    /** What takes the session's messages. */
    Receiver opened(Session session, String tenant) {
        HubLifecycle running = lifecycle();
        Hub hub = running.hub();
        // Heartbeats are the hub's own, because Open Liberty's idle time-out closes with the reserved code 1006.
        session.setMaxIdleTimeout(0);
        String token = session.getUserPrincipal() instanceof HandshakePrincipal known ? known.takeToken() : null;
        String subprotocol = session.getNegotiatedSubprotocol();
        Handshake handshake = new HandshakeQuery(session.getRequestParameterMap())
                .handshake(tenant, subprotocol == null ? "" : subprotocol, token);
        SessionTransport transport = new SessionTransport(
                session,
                hub.connectionSettings().writeTimeout().toMillis(),
                running.writers(),
                running.pingers(),
                System::nanoTime);
        Client client = hub.connect(handshake, transport);
        int maxBytes = client.connection().settings().connection().maxMessageBytes();
        // The container closes with 1009 on its own what is longer, but Open Liberty looks at each frame by itself.
        session.setMaxTextMessageBufferSize(maxBytes);
        session.setMaxBinaryMessageBufferSize(maxBytes);
        Receiver receiver = new Receiver(client, transport, new MessageAssembly(maxBytes));
        Map<String, Object> properties = session.getUserProperties();
        if (properties == null) {
            // The hub has closed it meanwhile, or its client has; Open Liberty does not call onClose then.
            client.gone();
            throw new IllegalStateException("the session was closed while it was opened");
        }
        properties.put(RECEIVER, receiver);
        return receiver;
    }

    /** A session could not be opened; the reason is no bug where it was closed meanwhile. */
    void notOpened(Session session, RuntimeException why) {
        if (!session.isOpen()) {
            failed(session, why);
            return;
        }
        LOG.log(Level.ERROR, () -> "KULKUL0209E session " + session.getId() + " could not be opened", why);
        try {
            session.close(new CloseReason(CloseReason.CloseCodes.UNEXPECTED_CONDITION, "internal error"));
        } catch (IOException | RuntimeException gone) {
            failed(session, gone);
        }
    }

    /** A client's broken frame or a lost socket: the container closes the session after this. */
    void failed(Session session, Throwable failure) {
        LOG.log(Level.DEBUG, () -> "KULKUL0206D session " + session.getId() + ": " + failure);
    }

    void closed(Session session) {
        Receiver receiver = receiver(session);
        if (receiver != null) {
            receiver.client.gone();
            receiver.transport.containerCloses();
        }
    }

    private static @Nullable Receiver receiver(Session session) {
        // Open Liberty has none for a session that is closed.
        Map<String, Object> properties = session.getUserProperties();
        return properties == null ? null : (Receiver) properties.get(RECEIVER);
    }

    private HubLifecycle lifecycle() {
        if (lifecycle == null) {
            throw new IllegalStateException("a proxy has no hub");
        }
        return lifecycle;
    }

    /** What a session's messages go through. Called by the container, one message at a time, and without a proxy, for each message's sake. */
    record Receiver(Client client, SessionTransport transport, MessageAssembly message) {

        /** Takes a part of a text message. What follows on one that is too big is dropped: its connection is being closed. */
        void received(String part, boolean last) {
            if (message.tooBig()) {
                return;
            }
            String whole = message.add(part, last);
            if (whole != null) {
                client.receive(whole);
            } else if (message.tooBig()) {
                refuse();
            }
        }

        /** Takes a part of a binary message, by its length. */
        void receivedBinary(int bytes, boolean last) {
            if (message.tooBig()) {
                return;
            }
            if (message.addBinary(bytes, last)) {
                client.receiveBinary();
            } else if (message.tooBig()) {
                refuse();
            }
        }

        void receivedPong() {
            client.receivePong();
        }

        /**
         * Closes on the receiving thread, too. Only then Open Liberty ends the socket of a client that goes on sending; where another
         * thread closes while it waits for the next frame, it may stop reading and keep the socket for good.
         */
        private void refuse() {
            client.receiveTooBig();
            transport.close(CloseCode.MESSAGE_TOO_BIG.code(), CloseCode.MESSAGE_TOO_BIG.reason());
        }
    }
}
