package io.kulkul.core.telemetry;

import io.kulkul.core.hub.Hub;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Tells at {@code /health/started} whether the settings are good and the WebSocket endpoint is registered. */
@Startup
@ApplicationScoped
class StartedCheck implements HealthCheck {

    @Inject
    @SuppressWarnings("NullAway.Init") // by the container, before anybody calls
    Hub hub;

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("kulkul-started")
                .status(new HubHealth(hub).started())
                .withData("instance", hub.instance())
                .withData("endpointRegistered", hub.reachable())
                .build();
    }
}
