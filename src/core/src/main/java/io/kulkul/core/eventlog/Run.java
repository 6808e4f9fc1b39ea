package io.kulkul.core.eventlog;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive events of one channel in one frame, the same for every connection that is as far.
 *
 * @param from the first seq
 * @param upTo up to which seq was asked for
 * @param to up to which seq there was room
 * @param encoding how the events look
 * @param filter which of them there are; null for all
 * @param messages how many there are
 * @param acceptedNanos when the first of them was accepted
 */
public record Run(
        long from,
        long upTo,
        long to,
        Encoding encoding,
        @Nullable Predicate<Event> filter,
        Encoded encoded,
        int messages,
        long acceptedNanos) {

    boolean is(long from, long upTo, Encoding encoding, @Nullable Predicate<Event> filter) {
        return this.from == from
                && this.upTo == upTo
                && (this.encoding == encoding || this.encoding.equals(encoding))
                && (filter == null ? this.filter == null : filter.equals(this.filter));
    }
}
