package io.kulkul.core.channel;

import io.kulkul.api.Position;
import io.kulkul.core.eventlog.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a new subscriber is owed of the time before it came.
 *
 * @param head the newest event's position at that moment; null for patterns and where the namespace keeps no history
 * @param recovered whether {@code events} are all there were after the position that the subscriber gave
 * @param events to be sent before any live one, in the order of their arrival
 * @param missedFrom the seq of the first event that is known to be missing; 0 where none is
 * @param missedTo the last of them
 */
public record Replay(@Nullable Position head, boolean recovered, List<Event> events, long missedFrom, long missedTo) {

    public Replay {
        events = List.copyOf(events);
    }

    static Replay nothing(@Nullable Position head) {
        return new Replay(head, false, List.of(), 0, 0);
    }
}
