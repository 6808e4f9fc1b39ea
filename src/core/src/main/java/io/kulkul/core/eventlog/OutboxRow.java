package io.kulkul.core.eventlog;

import io.kulkul.core.json.Json;
import io.kulkul.core.json.JsonException;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A row of the outbox, as somebody inserted it: nothing of it is checked but that the columns that must be there are.
 *
 * @param id the row's number
 */
record OutboxRow(
        long id,
        String tenant,
        String channel,
        String event,
        String payload,
        @Nullable String eventId,
        @Nullable String key,
        @Nullable String correlation,
        @Nullable String publisher) {

    /** What an event's name may have at most. */
    private static final int MAX_EVENT_NAME = 255;

    /** What a key and a correlation may have at most. */
    private static final int MAX_KEY = 128;

    /** Why the row cannot be published; null where it can. */
    @Nullable
    String error() {
        if (!tenant.isEmpty() && (!ChannelId.isValidName(tenant) || tenant.startsWith("$"))) {
            return "tenant: empty, or 1 to 255 of A-Z a-z 0-9 _ . : / -";
        }
        if (!ChannelId.isValidName(channel)) {
            return "channel: 1 to 255 of A-Z a-z 0-9 _ . : / -";
        }
        if (channel.startsWith("$")) {
            return "channel: those that begin with $ are the hub's own";
        }
        if (event.isEmpty() || event.length() > MAX_EVENT_NAME) {
            return "event: 1 to " + MAX_EVENT_NAME + " characters";
        }
        if (isLong(key) || isLong(correlation)) {
            return "idempotency_key, correlation: at most " + MAX_KEY + " characters";
        }
        if (!StorableText.isStorable(draft(() -> ""))) {
            return "the character U+0000 or half a surrogate pair";
        }
        return eventIdError() == null ? payloadError() : eventIdError();
    }

    private static boolean isLong(@Nullable String text) {
        return text != null && text.length() > MAX_KEY;
    }

    private @Nullable String eventIdError() {
        if (eventId == null) {
            return null;
        }
        try {
            // Java reads a UUID of too few digits, too; what it writes has them all.
            return UUID.fromString(eventId).toString().equalsIgnoreCase(eventId) ? null : "event_id: not a UUID";
        } catch (IllegalArgumentException e) {
            return "event_id: not a UUID";
        }
    }

    private @Nullable String payloadError() {
        try {
            Json.check(payload);
            return null;
        } catch (JsonException e) {
            return "payload: " + e.reason();
        }
    }

    /** The event, under an id of its own where the row has none. */
    Draft draft(Supplier<String> newId) {
        return new Draft(
                new ChannelId(tenant, channel),
                event,
                payload,
                eventId == null ? newId.get() : eventId,
                key,
                correlation,
                publisher);
    }
}
