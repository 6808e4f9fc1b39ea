package io.kulkul.core.connection;

import io.kulkul.core.eventlog.ChannelTail;
import io.kulkul.core.eventlog.Encoded;
import io.kulkul.core.eventlog.Encoding;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.eventlog.Run;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes the frames that connections of batches which are equally far in a channel share. */
final class Runs {

    private Runs() {}

    /** See {@link ChannelTail.RunMaker}. */
    static @Nullable Run make(
            ChannelTail tail, long from, long upTo, Encoding encoding, @Nullable Predicate<Event> filter) {
        JoinedFrame joined = new JoinedFrame();
        long accepted = 0;
        long to = from - 1;
        for (Event event = tail.get(from); event != null && to < upTo; event = tail.get(to + 1)) {
            if (filter == null || event.acceptedBy(filter)) {
                Encoded part = event.encoded(encoding);
                if (!joined.fits(part)) {
                    break;
                }
                joined.add(part);
                accepted = accepted == 0 ? event.acceptedNanos() : accepted;
            }
            to++;
        }
        Encoded encoded = joined.encoded();
        return encoded == null ? null : new Run(from, upTo, to, encoding, filter, encoded, joined.size(), accepted);
    }
}
