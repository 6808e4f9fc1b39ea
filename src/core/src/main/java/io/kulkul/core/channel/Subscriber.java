package io.kulkul.core.channel;

import io.kulkul.core.eventlog.Event;
import java.util.List;

/** Somebody who wants a channel's events, as the fan-out sees them. */
public interface Subscriber {

    /**
     * Says that these events are in the channel's tail now. Called by the fan-out only, one call at a time, with every run of the
     * instance's events in the order of their arrival. Never blocks.
     *
     * @param run consecutive events of the channel, at least one
     * @return whether the connection has to be woken because of this call
     */
    boolean offer(Channel channel, List<Event> run);

    /**
     * Says that events of the channel will never come, because nobody has them any more. Never blocks.
     *
     * @param from the first one's seq
     * @param to the last one's seq
     */
    void missed(Channel channel, long from, long to);

    /** Makes the connection write what is pending. Called outside all locks; may be called once too often. */
    void wake();
}
