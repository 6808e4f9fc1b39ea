package io.kulkul.core.bus;

import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.eventlog.PlacedEvent;
import io.kulkul.core.json.Json;
import io.kulkul.core.json.JsonException;
import io.kulkul.core.json.JsonKind;
import io.kulkul.core.json.JsonObjectWriter;
import io.kulkul.core.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Writes events as a JSON array, and reads them.
 *
 * <p>A payload arrives as the characters that it was. An object or an array is written as it is; any other payload, where a reader of
 * JSON would drop blanks and escapes, is written as a string that holds its text.
 */
final class EventTexts {

    /** What an event's members take, beside its texts. */
    private static final int OVERHEAD = 160;

    private EventTexts() {}

    /** About how many characters the event takes in a message. */
    static int length(PlacedEvent event) {
        return OVERHEAD
                + event.draft().payload().length()
                + event.channel().name().length()
                + event.draft().name().length();
    }

    static String write(List<PlacedEvent> events) {
        StringJoiner array = new StringJoiner(",", "[", "]");
        for (PlacedEvent event : events) {
            array.add(write(event));
        }
        return array.toString();
    }

    private static String write(PlacedEvent event) {
        Draft draft = event.draft();
        JsonObjectWriter object = new JsonObjectWriter(length(event) + OVERHEAD)
                .string("tenant", draft.channel().tenant())
                .string("channel", draft.channel().name())
                .string("event", draft.name())
                .string("id", draft.id())
                .string("key", draft.key())
                .string("correlation", draft.correlation())
                .string("publisher", draft.publisher())
                .number("timestamp", event.timestamp());
        if (event.placed()) {
            object.string("epoch", event.epoch()).number("seq", event.seq());
        }
        String payload = draft.payload();
        return (isStructure(payload) ? object.json("payload", payload) : object.string("payloadText", payload)).end();
    }

    private static boolean isStructure(String json) {
        char first = json.charAt(0);
        char last = json.charAt(json.length() - 1);
        return (first == '{' && last == '}') || (first == '[' && last == ']');
    }

    /**
     * Reads an array of events.
     *
     * @throws JsonException where it is none
     */
    static List<PlacedEvent> read(String text) throws JsonException {
        List<JsonValue> elements = Json.valueOrElements(text, SendQueue.MAX_JOINED);
        List<PlacedEvent> events = new ArrayList<>(elements.size());
        for (JsonValue element : elements) {
            events.add(event(Json.members(element.json())));
        }
        return events;
    }

    private static PlacedEvent event(Map<String, JsonValue> members) throws JsonException {
        Draft draft = new Draft(
                new ChannelId(required(members, "tenant"), required(members, "channel")),
                required(members, "event"),
                payload(members),
                required(members, "id"),
                optional(members, "key"),
                optional(members, "correlation"),
                optional(members, "publisher"));
        long timestamp = number(members, "timestamp");
        return members.containsKey("seq")
                ? new PlacedEvent(draft, required(members, "epoch"), number(members, "seq"), timestamp)
                : PlacedEvent.unplaced(draft, timestamp);
    }

    private static String payload(Map<String, JsonValue> members) throws JsonException {
        JsonValue structure = members.get("payload");
        return structure == null ? required(members, "payloadText") : structure.json();
    }

    private static String required(Map<String, JsonValue> members, String name) throws JsonException {
        String text = optional(members, name);
        if (text == null) {
            throw new JsonException(name + " is missing");
        }
        return text;
    }

    private static @Nullable String optional(Map<String, JsonValue> members, String name) throws JsonException {
        JsonValue value = members.get(name);
        if (value == null) {
            return null;
        }
        if (value.kind() != JsonKind.STRING) {
            throw new JsonException(name + " is no string");
        }
        return value.text();
    }

    private static long number(Map<String, JsonValue> members, String name) throws JsonException {
        JsonValue value = members.get(name);
        try {
            return Long.parseLong(value == null ? "" : value.json());
        } catch (NumberFormatException e) {
            throw new JsonException(name + " is no whole number");
        }
    }
}
