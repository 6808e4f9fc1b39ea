package io.kulkul.api;

import java.util.Objects;

/**
 * Where an event stands in its channel: the {@code seq}-th event since the channel's counting began with {@code epoch}.
 *
 * <p>Two positions can be compared only when their epochs are equal: a new epoch says that the counting started again.
 *
 * @param epoch names one counting of the channel; opaque, never empty
 * @param seq 1 for the first event of the epoch; 0 stands before the first
 */
public record Position(String epoch, long seq) {

    public Position {
        Objects.requireNonNull(epoch, "epoch");
        if (seq < 0) {
            throw new IllegalArgumentException("seq must not be negative: " + seq);
        }
    }
}
