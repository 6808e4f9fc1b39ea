package io.kulkul.core.hub;

import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.json.Json;
import io.kulkul.core.json.JsonException;
import io.kulkul.core.json.JsonKind;
import io.kulkul.core.json.JsonValue;
import io.kulkul.core.protocol.ErrorCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event out of a JSON object with the members {@code channel}, {@code event}, {@code payload} and, where wanted, {@code key} and
 * {@code correlation}. The payload stays the text that it was; other members are ignored.
 *
 * @param tenant whose channels the events are for
 * @param publisher the user who publishes; null where the application itself does
 */
public record EventText(String tenant, @Nullable String publisher) {

    /** Reads an event that the application itself publishes, in the tenant that the member {@code tenant} names; without it in none. */
    static Publication ofApplication(String json) throws RefusedException {
        Map<String, JsonValue> members = members(json);
        String tenant = text(members, "tenant");
        return new EventText(tenant == null ? "" : tenant, null).read(members, required(members, "channel"));
    }

    /** Reads an event with its channel. */
    public Publication read(String json) throws RefusedException {
        Map<String, JsonValue> members = members(json);
        return read(members, required(members, "channel"));
    }

    /** Reads an event whose channel is known without it. */
    public Publication read(String json, String channel) throws RefusedException {
        return read(members(json), channel);
    }

    private Publication read(Map<String, JsonValue> members, String channel) throws RefusedException {
        JsonValue payload = members.get("payload");
        if (payload == null) {
            throw refused("payload is missing");
        }
        return new Publication(
                new ChannelId(tenant, channel),
                required(members, "event"),
                payload.json(),
                text(members, "key"),
                text(members, "correlation"),
                publisher);
    }

    private static Map<String, JsonValue> members(String json) throws RefusedException {
        try {
            return Json.members(json);
        } catch (JsonException e) {
            throw new RefusedException(ErrorCode.BAD_JSON, e.reason());
        }
    }

    private static String required(Map<String, JsonValue> members, String name) throws RefusedException {
        String text = text(members, name);
        if (text == null) {
            throw refused(name + " is missing");
        }
        return text;
    }

    private static @Nullable String text(Map<String, JsonValue> members, String name) throws RefusedException {
        JsonValue value = members.get(name);
        if (value == null || value.kind() == JsonKind.NULL) {
            return null;
        }
        if (value.kind() != JsonKind.STRING) {
            throw refused(name + " must be a string");
        }
        return value.text();
    }

    private static RefusedException refused(String why) {
        return new RefusedException(ErrorCode.BAD_REQUEST, why);
    }
}
