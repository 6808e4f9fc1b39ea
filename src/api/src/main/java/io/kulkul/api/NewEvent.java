package io.kulkul.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event to be published, with all that can be said of it.
 *
 * <pre>{@code
 * publisher.publish(NewEvent.on("orders:42").named("order_shipped").carrying(order).withKey(order.id()));
 * }</pre>
 *
 * @param tenant whose channel it is; the empty string is the tenant of an application without tenants
 * @param channel 1 to 255 characters of {@code [A-Za-z0-9_.:/-]}, or a hub's own {@code $}-name
 * @param event the event's name, 1 to 255 characters
 * @param payload a {@link JsonText} or JSON-P {@code JsonValue}, sent as it is; anything else becomes JSON by JSON-B; null is JSON's null
 * @param key the idempotency key, at most 128 characters: a second event with the same key within five minutes is not published,
 *     and the first one's position is the answer
 * @param correlation carried through to clients and log lines, at most 128 characters
 */
public record NewEvent(
        String tenant,
        String channel,
        String event,
        @Nullable Object payload,
        @Nullable String key,
        @Nullable String correlation) {

    public NewEvent {
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(channel, "channel");
        Objects.requireNonNull(event, "event");
    }

    /** Begins an event named {@code message} without payload on the channel; the {@code with}-methods say the rest. */
    public static NewEvent on(String channel) {
        return new NewEvent("", channel, "message", null, null, null);
    }

    public NewEvent named(String event) {
        return new NewEvent(tenant, channel, event, payload, key, correlation);
    }

    public NewEvent carrying(@Nullable Object payload) {
        return new NewEvent(tenant, channel, event, payload, key, correlation);
    }

    public NewEvent withKey(@Nullable String key) {
        return new NewEvent(tenant, channel, event, payload, key, correlation);
    }

    public NewEvent withCorrelation(@Nullable String correlation) {
        return new NewEvent(tenant, channel, event, payload, key, correlation);
    }

    public NewEvent inTenant(String tenant) {
        return new NewEvent(tenant, channel, event, payload, key, correlation);
    }
}
