package io.kulkul.core.endpoint;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;

/**
 * The WebSocket endpoint {@code /ws}, and {@code /ws/{tenant}}, which is the same in a tenant of its own.
 *
 * <p>It takes messages in parts, so that one without end is refused while it is received. It is not annotated because Open Liberty
 * (26.0.0.5) holds a frame that belongs to a part to the session's maximal buffer size in a class like this, and in an annotated one
 * does not: there a single frame fills the heap.
 *
 * <p>Open Liberty gives one part per frame, and decodes each by itself: where a frame ends within a character, as RFC 6455 allows, it
 * closes with 1007. No other kind of handler is told of a message that is incomplete. Chromium (of 2026) cuts messages of 64 KiB and
 * more at any byte; smaller ones it sends whole.
 */
public class ChannelEndpoint extends Endpoint {

    private static final List<String> PATHS = List.of("/ws", "/ws/{tenant}");
    private static final List<String> SUBPROTOCOLS = List.of("kulkul.v1", "kulkul.v1+batch");

    private final EndpointSessions sessions;

    ChannelEndpoint(EndpointSessions sessions) {
        this.sessions = sessions;
    }

    /** What a container has to know of the endpoint, once per path. */
    static List<ServerEndpointConfig> configurations(EndpointSessions sessions) {
        return PATHS.stream()
                .map(path -> ServerEndpointConfig.Builder.create(ChannelEndpoint.class, path)
                        .subprotocols(SUBPROTOCOLS)
                        .configurator(new EndpointConfigurator(sessions))
                        .build())
                .toList();
    }

    @Override
    public void onOpen(Session session, EndpointConfig config) {
        try {
            listen(session, sessions.opened(session, session.getPathParameters().getOrDefault("tenant", "")));
        } catch (RuntimeException e) {
            // Open Liberty would write all that it knows of the session into a file, the request with its token
            // included.
            sessions.notOpened(session, e);
        }
    }

    private static void listen(Session session, EndpointSessions.Receiver receiver) {
        session.addMessageHandler(String.class, new MessageHandler.Partial<String>() {
            @Override
            public void onMessage(String part, boolean last) {
                receiver.received(part, last);
            }
        });
        session.addMessageHandler(byte[].class, new MessageHandler.Partial<byte[]>() {
            @Override
            public void onMessage(byte[] part, boolean last) {
                receiver.receivedBinary(part.length, last);
            }
        });
        session.addMessageHandler(PongMessage.class, new MessageHandler.Whole<PongMessage>() {
            @Override
            public void onMessage(PongMessage pong) {
                receiver.receivedPong();
            }
        });
    }

    @Override
    public void onError(Session session, Throwable failure) {
        sessions.failed(session, failure);
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
        sessions.closed(session);
    }
}
