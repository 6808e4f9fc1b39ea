package io.kulkul.core.channel;

import io.kulkul.api.Position;
import io.kulkul.core.eventlog.Event;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a new subscriber is owed of the time before it came.
 *
 * @param head the newest event's position at that moment; null for patterns and where the namespace keeps no history
 * @param recovered whether {@code events} are all there were after the position that the subscriber gave
 * @param events to be sent before any live one, in the order of their arrival
 * @param missedFrom the seq of the first event that is known to be missing; 0 where none is
 * @param missedTo the last of them
 * @param ahead the channels of which the subscriber of a pattern has seen more on another instance than has come to this one, with the seq of
 *     the last event that it has seen: live events up to there are not for it
 */
public record Replay(
        @Nullable Position head,
        boolean recovered,
        List<Event> events,
        long missedFrom,
        long missedTo,
        Map<String, Long> ahead) {

    public Replay {
        events = List.copyOf(events);
        ahead = Map.copyOf(ahead);
    }

    Replay(@Nullable Position head, boolean recovered, List<Event> events, long missedFrom, long missedTo) {
        this(head, recovered, events, missedFrom, missedTo, Map.of());
    }

    static Replay nothing(@Nullable Position head) {
        return new Replay(head, false, List.of(), 0, 0);
    }
}
