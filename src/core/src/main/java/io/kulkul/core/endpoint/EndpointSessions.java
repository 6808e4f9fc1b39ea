package io.kulkul.core.endpoint;

import io.kulkul.core.hub.Client;
import io.kulkul.core.hub.Handshake;
import io.kulkul.core.hub.Hub;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.websocket.Session;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Hands what happens on WebSocket sessions to the hub. Thread-safe. */
@ApplicationScoped
public class EndpointSessions {

    private static final System.Logger LOG = System.getLogger(EndpointSessions.class.getName());
    private static final String CLIENT = Client.class.getName();

    private @Nullable HubLifecycle lifecycle;

    /** For the container's proxy. */
    protected EndpointSessions() {}

    @Inject
    EndpointSessions(HubLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    void opened(Session session, String tenant) {
        HubLifecycle running = lifecycle();
        Hub hub = running.hub();
        // The container closes with 1009 on its own what is longer; heartbeats are the hub's own, because Open
        // Liberty's idle time-out
        // closes with the reserved code 1006.
        session.setMaxTextMessageBufferSize(hub.connectionSettings().maxMessageBytes());
        session.setMaxBinaryMessageBufferSize(hub.connectionSettings().maxMessageBytes());
        session.setMaxIdleTimeout(0);
        HandshakePrincipal principal =
                session.getUserPrincipal() instanceof HandshakePrincipal known ? known : HandshakePrincipal.NONE;
        String subprotocol = session.getNegotiatedSubprotocol();
        Handshake handshake = new HandshakeQuery(session.getRequestParameterMap())
                .handshake(tenant, subprotocol == null ? "" : subprotocol, principal.token());
        session.getUserProperties()
                .put(
                        CLIENT,
                        hub.connect(
                                handshake,
                                new SessionTransport(
                                        session,
                                        hub.connectionSettings().writeTimeout().toMillis(),
                                        running.pingers())));
    }

    void received(Session session, String text) {
        Client client = client(session);
        if (client != null) {
            client.receive(text);
        }
    }

    void receivedBinary(Session session, int bytes) {
        Client client = client(session);
        if (client != null) {
            client.receiveBinary(bytes);
        }
    }

    void receivedPong(Session session) {
        Client client = client(session);
        if (client != null) {
            client.receivePong();
        }
    }

    /** A client's broken frame or a lost socket: the container closes the session after this. */
    void failed(Session session, Throwable failure) {
        LOG.log(Level.DEBUG, () -> "KULKUL0206D session " + session.getId() + ": " + failure);
    }

    void closed(Session session) {
        Client client = client(session);
        if (client != null) {
            client.gone();
        }
    }

    private static @Nullable Client client(Session session) {
        return (Client) session.getUserProperties().get(CLIENT);
    }

    private HubLifecycle lifecycle() {
        if (lifecycle == null) {
            throw new IllegalStateException("a proxy has no hub");
        }
        return lifecycle;
    }
}
