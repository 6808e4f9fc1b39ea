package io.kulkul.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The hub's answer to a publish: what was published, and where it stands.
 *
 * @param channel the channel's name
 * @param id the event's UUIDv7 (RFC 9562)
 * @param position where the event stands; null where the namespace keeps no history
 * @param duplicate true where the idempotency key was seen before: {@code id} and {@code position} are the first event's
 */
public record Published(String channel, String id, @Nullable Position position, boolean duplicate) {

    public Published {
        Objects.requireNonNull(channel, "channel");
        Objects.requireNonNull(id, "id");
    }
}
