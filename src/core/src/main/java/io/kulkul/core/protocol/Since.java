package io.kulkul.core.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a subscriber wants to go on. */
public sealed interface Since {

    /**
     * After one position of one channel.
     *
     * @param seq the last event the client has; 0 for none
     * @param epoch the counting it belongs to; null means the channel's present one
     */
    record After(long seq, @Nullable String epoch) implements Since {}

    /**
     * After a position in each listed channel of a pattern, and after a time in all the others.
     *
     * @param channels by the channel's name
     * @param timestamp milliseconds since the Unix epoch: the time of the last event the client saw
     */
    record AfterEach(Map<String, After> channels, long timestamp) implements Since {
        public AfterEach {
            channels = Map.copyOf(channels);
        }
    }
}
