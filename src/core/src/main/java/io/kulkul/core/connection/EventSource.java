package io.kulkul.core.connection;

import io.kulkul.core.eventlog.Encoded;
import org.jspecify.annotations.Nullable;

/** Something of one subscription that waits to be sent. Guarded by the outbox's lock. */
abstract class EventSource {

    final Subscription subscription;

    /** The arrival number of what comes next: the outbox takes the lowest first. */
    long arrival;

    EventSource(Subscription subscription) {
        this.subscription = subscription;
    }

    /** The next frame, or null where nothing is left; asking again before {@link #advance} gives the same. */
    abstract @Nullable Encoded peek();

    /** Moves on behind what {@link #peek} gave. */
    abstract void advance();

    /** When the event that {@link #peek} gave was accepted, in the instance's nanosecond time; 0 where that does not matter. */
    abstract long acceptedNanos();

    /** Nothing is left: the outbox forgets this source. */
    abstract void exhausted();

    /** How many events are waiting at most. */
    abstract long waiting();
}
