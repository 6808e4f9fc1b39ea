package io.kulkul.core.endpoint;

import io.kulkul.api.spi.ChannelAuthorizer;
import io.kulkul.core.hub.Hub;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.annotation.WebListener;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.EnumSet;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/**
 * Starts the hub with the web application, registers the endpoint and puts the handshake's filter before it.
 *
 * <p>Where this library is in a WAR's {@code WEB-INF/lib}, the container finds the listener by itself. Where it is in an EAR's
 * {@code lib/}, the container does not look, and the WAR that is to have {@code /ws} names the listener in its {@code web.xml}:
 *
 * <pre>{@code <listener><listener-class>io.kulkul.core.endpoint.KulkulListener</listener-class></listener>}</pre>
 */
@WebListener
public class KulkulListener implements ServletContextListener {

    private static final String FILTER = "kulkul-handshake";
    private static final String SERVLET = "kulkul-websocket";
    private static final String CONTAINER = ServerContainer.class.getName();

    private @Nullable Hub hub;
    private @Nullable EndpointSessions sessions;
    private @Nullable HubLifecycle lifecycle;

    @Inject
    void use(HubLifecycle running, Hub started, EndpointSessions receiving) {
        lifecycle = running;
        hub = started;
        sessions = receiving;
    }

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        Hub started = hub;
        EndpointSessions receiving = sessions;
        HubLifecycle running = lifecycle;
        if (started == null || receiving == null || running == null) {
            throw new IllegalStateException("KULKUL0103E CDI is not active in " + context.getContextPath());
        }
        FilterRegistration.Dynamic filter = context.addFilter(FILTER, new HandshakeFilter(started));
        if (filter == null) {
            // The listener is named in web.xml and found by the container as well: once is enough.
            return;
        }
        filter.setAsyncSupported(true);
        filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/ws", "/ws/*");
        if (started.connectionSettings().upgrade()) {
            upgrade(context, running.upgraded());
        } else {
            register(context, receiving);
        }
        authorizers(started);
        started.opened();
    }

    /**
     * Lets the application's rules take part. They are looked for from here and not from the hub's beans: where this library is in an EAR's
     * {@code lib/}, those do not see the beans of a WAR, but the directory of the WAR's own names does.
     */
    @SuppressWarnings("BanJNDI") // the name is a constant, and the container's own directory answers
    private static void authorizers(Hub hub) {
        try {
            BeanManager beans = InitialContext.doLookup("java:comp/BeanManager");
            for (Bean<?> bean : beans.getBeans(ChannelAuthorizer.class, Any.Literal.INSTANCE)) {
                hub.authorize((ChannelAuthorizer)
                        beans.getReference(bean, ChannelAuthorizer.class, beans.createCreationalContext(bean)));
            }
        } catch (NamingException e) {
            throw new IllegalStateException("KULKUL0107E the application's authorizers cannot be looked for", e);
        }
    }

    private static void upgrade(ServletContext context, UpgradedSessions sessions) {
        ServletRegistration.Dynamic servlet = context.addServlet(SERVLET, new UpgradeServlet(sessions));
        if (servlet == null || !servlet.addMapping("/ws", "/ws/*").isEmpty()) {
            throw new IllegalStateException("KULKUL0119E /ws is another servlet's in " + context.getContextPath());
        }
        servlet.setAsyncSupported(true);
    }

    private static void register(ServletContext context, EndpointSessions sessions) {
        ServerContainer container = (ServerContainer) context.getAttribute(CONTAINER);
        try {
            for (ServerEndpointConfig endpoint : ChannelEndpoint.configurations(sessions)) {
                container.addEndpoint(endpoint);
            }
        } catch (DeploymentException e) {
            throw new IllegalStateException("KULKUL0106E the endpoint /ws cannot be registered", e);
        }
    }
}
