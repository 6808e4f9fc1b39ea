package io.kulkul.core.bus;

import io.kulkul.core.eventlog.PlacedEvent;
import java.util.List;

/** Hears what the other instances sent. Called by one thread at a time, in the order of arrival; must not wait. */
public interface BusListener {

    /** Events of other instances, at least one. */
    void events(List<PlacedEvent> events);

    /**
     * Another instance's notice.
     *
     * @param from the other instance's name
     * @param kind see {@link EventBus#send}
     * @param json as it was sent
     */
    void notice(String from, String kind, String json);
}
