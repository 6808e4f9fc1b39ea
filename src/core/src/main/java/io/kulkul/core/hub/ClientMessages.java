package io.kulkul.core.hub;

import io.kulkul.core.connection.Connection;
import io.kulkul.core.eventlog.Event;

/** Hears what clients publish, for the application's observers. */
@FunctionalInterface
public interface ClientMessages {

    /** A client's event was published. Called by the thread that received it, after its reply is on its way. */
    void published(Connection connection, Event event);
}
