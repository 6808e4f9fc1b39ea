package io.kulkul.core.connection;

import io.kulkul.core.bus.EventBus;
import io.kulkul.core.protocol.ErrorCode;
import java.util.Set;

/**
 * What the hub tells whoever measures it. Called on hot paths by any thread: implementations count and return.
 *
 * <p>No argument that becomes a label is a value that a client chooses.
 */
public interface Meter {

    /** Measures nothing. */
    Meter NONE = new Meter() {};

    /**
     * The hub has started; called before anything else is measured.
     *
     * @param namespaces all that a namespace in a later call can be
     * @param dialects all that a dialect in a later call can be
     * @param gauges can be read at any time from now on
     */
    default void started(Set<String> namespaces, Set<String> dialects, Gauges gauges) {}

    /**
     * Says what carries events to other instances; called before {@link #started}.
     *
     * @param bus can be asked at any time from now on
     */
    default void clustered(EventBus bus) {}

    default void opened() {}

    default void closed(String reason) {}

    default void received(String type) {}

    /**
     * A frame was handed to the socket.
     *
     * @param messages how many events it carries
     * @param bytes its length in UTF-8
     */
    default void sent(String dialect, int messages, int bytes) {}

    /** Called about once a second: what was only noted meanwhile can be passed on. */
    default void tick() {}

    /** A live event was handed to the socket this long after it was accepted. */
    default void delivered(long nanos) {}

    /** Events were not sent to a client because it lagged too far behind. */
    default void overflowed(String namespace, long events) {}

    default void gap() {}

    default void replayed(int events) {}

    /**
     * An event was given its position.
     *
     * @param nanos how long the event log took, in nanoseconds
     */
    default void published(String namespace, long nanos) {}

    default void refused(ErrorCode code) {}

    default void rateLimited() {}
}
