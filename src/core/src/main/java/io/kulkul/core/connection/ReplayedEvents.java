package io.kulkul.core.connection;

import io.kulkul.core.eventlog.Encoded;
import io.kulkul.core.eventlog.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events of before that a new subscription was promised: held here until they are sent, so that the promise does not depend on how
 * long the log keeps them. They arrived before any live one of the subscription, so the order of arrival puts them first.
 */
final class ReplayedEvents extends EventSource {

    private final List<Event> events;
    private int next;

    ReplayedEvents(Subscription subscription, List<Event> events) {
        super(subscription);
        this.events = events;
        arrival = events.isEmpty() ? 0 : events.get(0).arrival();
    }

    @Override
    @Nullable
    Encoded peek() {
        return next < events.size() ? events.get(next).encoded(subscription.encoding()) : null;
    }

    @Override
    void advance() {
        next++;
        if (next < events.size()) {
            arrival = events.get(next).arrival();
        }
    }

    @Override
    long acceptedNanos() {
        return 0;
    }

    @Override
    void exhausted() {
        // Nobody else refers to it.
    }

    @Override
    long waiting() {
        return (long) events.size() - next;
    }
}
