package io.kulkul.core.telemetry;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.metrics.MetricRegistry;

/** Makes the meter that exports MicroProfile metrics, and takes its metrics out of the registry when the application stops. */
@ApplicationScoped
class MetricsMeterProducer {

    @Produces
    @Singleton
    @Exported
    MetricsMeter meter(MetricRegistry registry) {
        return new MetricsMeter(registry);
    }

    void remove(@Disposes @Exported MetricsMeter meter) {
        meter.remove();
    }
}
