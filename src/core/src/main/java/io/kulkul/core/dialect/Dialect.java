package io.kulkul.core.dialect;

import io.kulkul.core.eventlog.Encoding;
import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.Reply;
import io.kulkul.core.subscription.ChannelPattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One way in which frames look. Thread-safe, and the same for all connections that speak it. */
public interface Dialect {

    /** The name in the query, in settings and in metrics. */
    String name();

    /** What a client's frame asks, in order; a frame that asks nothing sensible is a {@link Command.Malformed}. */
    List<Command> read(String frame);

    /** The reply's frame; null where the dialect has none for it, so that nothing is sent. Every dialect has one for an error. */
    @Nullable
    String write(Reply reply);

    /**
     * How events look.
     *
     * @param pattern the pattern that matched, where the subscription is to one
     */
    Encoding events(@Nullable ChannelPattern pattern);

    /** What clients of this dialect are used to beside the look of frames. */
    default DialectTraits traits() {
        return DialectTraits.NONE;
    }
}
