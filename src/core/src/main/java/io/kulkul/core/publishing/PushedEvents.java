package io.kulkul.core.publishing;

import io.kulkul.api.NewEvent;
import io.kulkul.api.Publisher;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the CDI events whose type says {@link io.kulkul.api.PushTo}.
 *
 * <p>It observes every event, since an annotation on an event's type cannot be a qualifier; whether a type has it is looked up once per
 * type.
 */
@ApplicationScoped
public class PushedEvents {

    private static final System.Logger LOG = System.getLogger(PushedEvents.class.getName());

    private @Nullable Instance<Publisher> publishers;

    /** For the container's proxy. */
    protected PushedEvents() {}

    @Inject
    PushedEvents(Instance<Publisher> publishers) {
        this.publishers = publishers;
    }

    void fired(@Observes Object event) {
        push(event);
    }

    void firedAsync(@ObservesAsync Object event) {
        push(event);
    }

    private void push(Object event) {
        PushTarget target = PushTarget.of(event.getClass());
        if (target == null || publishers == null) {
            return;
        }
        String channel = target.channel(event);
        publishers
                .get()
                .publish(NewEvent.on(channel).named(target.event()).carrying(event))
                .whenComplete((published, failure) -> {
                    if (failure != null) {
                        LOG.log(
                                Level.DEBUG,
                                () -> "KULKUL0402D " + target.event() + " was not pushed to " + channel + ": "
                                        + failure.getMessage());
                    }
                });
    }
}
