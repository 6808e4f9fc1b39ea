package io.kulkul.core.endpoint;

import io.kulkul.core.dialect.Dialects;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;

/** Picks the first subprotocol that the client offers and the server knows (RFC 6455, section 4.2.2). */
public class SubprotocolConfigurator extends ServerEndpointConfig.Configurator {

    @Override
    public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
        return Dialects.negotiate(requested);
    }
}
