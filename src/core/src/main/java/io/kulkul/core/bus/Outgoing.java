package io.kulkul.core.bus;

import io.kulkul.core.eventlog.PlacedEvent;
import java.util.List;

/** What goes into one message. */
sealed interface Outgoing {

    /** At least one event, in their order. */
    record Events(List<PlacedEvent> events) implements Outgoing {}

    /** See {@link EventBus#send}. */
    record Notice(String about, String json) implements Outgoing {}
}
