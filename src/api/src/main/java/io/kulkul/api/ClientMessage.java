package io.kulkul.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a client published to a channel, as the application's observers hear it; see {@link FromChannel}.
 *
 * <p>The subscribers of the channel have it too: an observer cannot change or stop it.
 *
 * @param tenant whose channel it is, empty in an application without tenants
 * @param channel the channel's name
 * @param event the event's name
 * @param payload the payload's JSON text as the client sent it
 * @param id the event's UUIDv7
 * @param position where it stands; null where the namespace keeps no history
 * @param user who published it
 * @param connection the publishing connection's id
 * @param correlation what the client gave, or null
 */
public record ClientMessage(
        String tenant,
        String channel,
        String event,
        JsonText payload,
        String id,
        @Nullable Position position,
        String user,
        String connection,
        @Nullable String correlation) {

    public ClientMessage {
        Objects.requireNonNull(channel, "channel");
        Objects.requireNonNull(payload, "payload");
    }
}
