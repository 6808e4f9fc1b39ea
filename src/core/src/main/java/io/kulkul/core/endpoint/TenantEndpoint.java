package io.kulkul.core.endpoint;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;

/**
 * The WebSocket endpoint {@code /ws/{tenant}}: the same as {@link ChannelEndpoint}, in a tenant of its own.
 */
@Dependent
@ServerEndpoint(
        value = "/ws/{tenant}",
        subprotocols = {"kulkul.v1", "kulkul.v1+batch"},
        configurator = SubprotocolConfigurator.class)
public class TenantEndpoint {

    @Inject
    @SuppressWarnings(
            "NullAway.Init") // the container wants a constructor without arguments, and injects before the first call
    EndpointSessions sessions;

    @OnOpen
    public void opened(Session session, @PathParam("tenant") String tenant) {
        sessions.opened(session, tenant);
    }

    @OnMessage
    public void received(Session session, String text) {
        sessions.received(session, text);
    }

    @OnMessage
    public void received(Session session, byte[] binary) {
        sessions.receivedBinary(session, binary.length);
    }

    @OnMessage
    public void received(Session session, PongMessage pong) {
        sessions.receivedPong(session);
    }

    @OnError
    public void failed(Session session, Throwable failure) {
        sessions.failed(session, failure);
    }

    @OnClose
    public void closed(Session session) {
        sessions.closed(session);
    }
}
