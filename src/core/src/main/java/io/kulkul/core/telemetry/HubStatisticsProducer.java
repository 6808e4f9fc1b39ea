package io.kulkul.core.telemetry;

import io.kulkul.core.connection.Meter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes the hub's meter, which exports what it is told where the server has MicroProfile Metrics. */
@ApplicationScoped
class HubStatisticsProducer {

    // A singleton and not a normal scope: a proxy's call would be paid for every frame.
    @Produces
    @Singleton
    HubStatistics statistics(@Exported Instance<Meter> exported) {
        return new HubStatistics(exported.isResolvable() ? exported.get() : Meter.NONE);
    }
}
