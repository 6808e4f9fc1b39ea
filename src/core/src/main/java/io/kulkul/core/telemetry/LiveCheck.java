package io.kulkul.core.telemetry;

import io.kulkul.core.hub.Hub;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Tells at {@code /health/live} whether the hub's timer and writers make progress; where they do not, only a restart helps. */
@Liveness
@ApplicationScoped
class LiveCheck implements HealthCheck {

    @Inject
    @SuppressWarnings("NullAway.Init") // by the container, before anybody calls
    Hub hub;

    @Override
    public HealthCheckResponse call() {
        HubHealth health = new HubHealth(hub);
        return HealthCheckResponse.named("kulkul-live")
                .status(health.live())
                .withData("instance", hub.instance())
                .withData("millisSinceTimerRound", health.sinceRound().toMillis())
                .withData("writersBlocked", hub.gauges().writersBlocked())
                .withData("writersStuck", health.writersStuck())
                .build();
    }
}
