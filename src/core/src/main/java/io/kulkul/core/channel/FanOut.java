package io.kulkul.core.channel;

import io.kulkul.core.eventlog.Event;

/** Takes over every appended event. */
public interface FanOut {

    /**
     * Called with the channels' lock held, in the order of arrival; must not block.
     *
     * @return whether {@link #begin} is to be called, once, as soon as the lock is released: a thread that is woken with the lock held waits
     *     for it at once
     */
    boolean appended(Channel channel, Event event);

    /** Begins with what was taken over, where {@link #appended} has asked for it. Called without the lock; must not block. */
    default void begin() {}
}
