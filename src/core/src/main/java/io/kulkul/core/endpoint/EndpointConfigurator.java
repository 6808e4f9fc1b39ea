package io.kulkul.core.endpoint;

import io.kulkul.core.dialect.Dialects;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;

/**
 * Makes endpoints, and picks the first subprotocol that the client offers and the server knows (RFC 6455, section 4.2.2).
 */
final class EndpointConfigurator extends ServerEndpointConfig.Configurator {

    private final EndpointSessions sessions;

    EndpointConfigurator(EndpointSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
        return Dialects.negotiate(requested);
    }

    @Override
    public <T> T getEndpointInstance(Class<T> endpointClass) {
        return endpointClass.cast(new ChannelEndpoint(sessions));
    }
}
