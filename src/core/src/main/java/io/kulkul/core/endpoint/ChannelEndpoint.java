package io.kulkul.core.endpoint;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;

/**
 * The WebSocket endpoint {@code /ws}.
 *
 * <p>The methods are written out here and in {@link TenantEndpoint}: Open Liberty does not find annotated methods that a class inherits.
 * The scope makes it a bean, without which Open Liberty would not inject anything.
 */
@Dependent
@ServerEndpoint(
        value = "/ws",
        subprotocols = {"kulkul.v1", "kulkul.v1+batch"},
        configurator = SubprotocolConfigurator.class)
public class ChannelEndpoint {

    @Inject
    @SuppressWarnings(
            "NullAway.Init") // the container wants a constructor without arguments, and injects before the first call
    EndpointSessions sessions;

    @OnOpen
    public void opened(Session session) {
        sessions.opened(session, "");
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
