package io.kulkul.core.channel;

import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Event;
import java.util.List;
import java.util.function.Consumer;

/** Reads events of a durable channel for a client that lags further behind than the tail reaches. */
public interface CatchUp {

    /**
     * Reads events on a thread that may wait, as often as it takes. Does not wait itself.
     *
     * @param from the first one's seq
     * @param to the last one's seq
     * @param then is given those that are still there, oldest first and without a hole between them; never called once the instance ends
     */
    void read(ChannelId id, long from, long to, Consumer<List<Event>> then);
}
