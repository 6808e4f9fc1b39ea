package io.kulkul.core.hub;

import io.kulkul.core.bus.EventBus;
import io.kulkul.core.bus.LocalBus;
import io.kulkul.core.eventlog.DurableLog;
import org.jspecify.annotations.Nullable;

/**
 * What a hub has outside of itself.
 *
 * @param bus to the other instances
 * @param log that outlives the instance; null where no namespace asks for one
 */
public record Backends(EventBus bus, @Nullable DurableLog log) {

    /** An instance by itself whose events end with it. */
    public static Backends none() {
        return new Backends(new LocalBus(), null);
    }
}
