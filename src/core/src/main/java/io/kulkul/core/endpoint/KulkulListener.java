package io.kulkul.core.endpoint;

import io.kulkul.core.access.OriginPolicy;
import io.kulkul.core.hub.Hub;
import jakarta.inject.Inject;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * Starts the hub with the web application and puts the handshake's filter before the endpoints.
 *
 * <p>Where this library is in a WAR's {@code WEB-INF/lib}, the container finds the listener and the endpoints by itself. Where it is in
 * an EAR's {@code lib/}, the container does not look: the WAR that is to have {@code /ws} names the listener in its
 * {@code web.xml}, and the listener registers the endpoints:
 *
 * <pre>{@code <listener><listener-class>io.kulkul.core.endpoint.KulkulListener</listener-class></listener>}</pre>
 */
@WebListener
public class KulkulListener implements ServletContextListener {

    private static final String FILTER = "kulkul-handshake";
    private static final String CONTAINER = ServerContainer.class.getName();

    private @Nullable Hub hub;

    @Inject
    void use(Hub started) {
        hub = started;
    }

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        Hub started = hub;
        if (started == null) {
            throw new IllegalStateException("KULKUL0103E CDI is not active in " + context.getContextPath());
        }
        FilterRegistration.Dynamic filter = context.addFilter(
                FILTER,
                new HandshakeFilter(
                        new OriginPolicy(started.connectionSettings().allowedOrigins())));
        if (filter == null) {
            // The listener is named in web.xml and found by the container as well: once is enough.
            return;
        }
        filter.setAsyncSupported(true);
        filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/ws", "/ws/*");
        if (context.getClassLoader() != ChannelEndpoint.class.getClassLoader()) {
            register(context);
        }
        started.opened();
    }

    private static void register(ServletContext context) {
        ServerContainer container = (ServerContainer) context.getAttribute(CONTAINER);
        try {
            container.addEndpoint(ChannelEndpoint.class);
            container.addEndpoint(TenantEndpoint.class);
        } catch (DeploymentException e) {
            throw new IllegalStateException("KULKUL0106E the endpoint /ws cannot be registered", e);
        }
    }
}
