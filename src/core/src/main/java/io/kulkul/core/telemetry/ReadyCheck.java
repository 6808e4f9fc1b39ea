package io.kulkul.core.telemetry;

import io.kulkul.core.bus.EventBus;
import io.kulkul.core.hub.Hub;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Tells at {@code /health/ready} whether new clients are welcome. */
@Readiness
@ApplicationScoped
class ReadyCheck implements HealthCheck {

    @Inject
    @SuppressWarnings("NullAway.Init") // by the container, before anybody calls
    Hub hub;

    @Inject
    @SuppressWarnings("NullAway.Init") // by the container, before anybody calls
    EventBus bus;

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("kulkul-ready")
                .status(new HubHealth(hub).ready(bus))
                .withData("instance", hub.instance())
                .withData("connections", hub.connections().count())
                .withData("maxConnections", hub.connectionSettings().maxTotal())
                .withData("draining", hub.draining())
                .withData("bus", bus.clustered() ? "jms" : "local")
                .withData("busConnected", bus.connected())
                .withData("log", hub.durable() == null ? "memory" : "database")
                .build();
    }
}
