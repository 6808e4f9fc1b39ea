package io.kulkul.gateway;

import io.kulkul.api.JsonText;
import io.kulkul.api.Publisher;
import io.kulkul.core.hub.Hub;
import io.kulkul.core.telemetry.HubStatistics;
import io.kulkul.core.telemetry.InstanceStatistics;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.StringJoiner;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Publishes statistics once a second: the instance's own as the event {@code stats} on the channel {@code $sys:stats}, and those of all
 * instances of the cluster as the event {@code instances} on {@code $sys:instances}, this one's first.
 *
 * <p>An application bean like any other: it shows how one publishes. Started and stopped by the container's events; the executor calls
 * {@code publish} on one thread at a time.
 */
@ApplicationScoped
public class SystemStatistics {

    private static final System.Logger LOG = System.getLogger(SystemStatistics.class.getName());

    @Resource(lookup = "java:comp/DefaultManagedScheduledExecutorService")
    @SuppressWarnings("NullAway.Init") // by the container, before anybody calls
    private ManagedScheduledExecutorService executor;

    @Inject
    @SuppressWarnings("NullAway.Init") // by the container, before anybody calls
    private Publisher publisher;

    @Inject
    @SuppressWarnings("NullAway.Init") // by the container, before anybody calls
    private Hub hub;

    @Inject
    @SuppressWarnings("NullAway.Init") // by the container, before anybody calls
    private HubStatistics totals;

    private @Nullable ScheduledFuture<?> schedule;
    private boolean failing;

    void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
        schedule = executor.scheduleAtFixedRate(this::publish, 1, 1, TimeUnit.SECONDS);
    }

    void stop(@Observes @BeforeDestroyed(ApplicationScoped.class) Object application) {
        ScheduledFuture<?> running = schedule;
        if (running != null) {
            running.cancel(false);
        }
    }

    private void publish() {
        try {
            String own = InstanceStatistics.now(hub, totals).json();
            hub.statistics().tell(own);
            StringJoiner all = new StringJoiner(",", "{\"instances\":[", "]}").add(own);
            hub.statistics().others().forEach(all::add);
            publisher.publish("$sys:stats", "stats", new JsonText(own));
            publisher.publish("$sys:instances", "instances", new JsonText(all.toString()));
            failing = false;
        } catch (RuntimeException e) {
            // An exception would end the schedule for good. It is logged once, not once a second.
            LOG.log(failing ? Level.DEBUG : Level.WARNING, "KULKUL0921W the statistics cannot be published", e);
            failing = true;
        }
    }
}
