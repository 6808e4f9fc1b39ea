package io.kulkul.core.channel;

import io.kulkul.core.eventlog.Event;

/** Takes over every appended event. */
public interface FanOut {

    /** Called with the channels' lock held, in the order of arrival; must not block. */
    void appended(Channel channel, Event event);
}
