package io.kulkul.core.publishing;

import io.kulkul.api.ClientMessage;
import io.kulkul.api.FromChannel;
import io.kulkul.api.JsonText;
import io.kulkul.core.connection.Connection;
import io.kulkul.core.hub.ClientMessages;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Fires a CDI event for what a client published, once for each pattern that observers wrote. */
@ApplicationScoped
public class ClientMessageEvents implements ClientMessages {

    private static final System.Logger LOG = System.getLogger(ClientMessageEvents.class.getName());

    private jakarta.enterprise.event.@Nullable Event<ClientMessage> events;
    private @Nullable ObserverPatterns patterns;

    /** For the container's proxy. */
    protected ClientMessageEvents() {}

    @Inject
    ClientMessageEvents(@Any jakarta.enterprise.event.Event<ClientMessage> events, ObserverPatterns patterns) {
        this.events = events;
        this.patterns = patterns;
    }

    @Override
    public void published(Connection connection, io.kulkul.core.eventlog.Event event) {
        if (events == null || patterns == null) {
            return;
        }
        for (String pattern : patterns.matching(event.channel().name())) {
            fire(events.select(new FromChannel.Literal(pattern)), message(connection, event));
        }
    }

    private static void fire(jakarta.enterprise.event.Event<ClientMessage> event, ClientMessage message) {
        try {
            event.fire(message);
        } catch (RuntimeException failure) {
            LOG.log(
                    Level.WARNING,
                    "KULKUL0401W an observer of clients' messages on " + message.channel() + " failed",
                    failure);
        }
        event.fireAsync(message).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.log(
                        Level.WARNING,
                        "KULKUL0401W an observer of clients' messages on " + message.channel() + " failed",
                        failure);
            }
        });
    }

    private static ClientMessage message(Connection connection, io.kulkul.core.eventlog.Event event) {
        return new ClientMessage(
                event.channel().tenant(),
                event.channel().name(),
                event.name(),
                new JsonText(event.payload()),
                event.id(),
                event.position(),
                connection.caller().user(),
                connection.id(),
                event.correlation());
    }
}
