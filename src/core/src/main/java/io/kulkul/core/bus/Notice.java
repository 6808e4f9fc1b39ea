package io.kulkul.core.bus;

import io.kulkul.core.json.Json;
import io.kulkul.core.json.JsonException;
import io.kulkul.core.json.JsonKind;
import io.kulkul.core.json.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a notice says. A member that is not there, or is not what it should be, is the sender's mistake: a {@link JsonException}. */
public final class Notice {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}");

    private final Map<String, JsonValue> members;

    private Notice(Map<String, JsonValue> members) {
        this.members = members;
    }

    /** Reads a JSON object. */
    public static Notice of(String json) throws JsonException {
        return new Notice(Json.members(json));
    }

    public String text(String name) throws JsonException {
        return required(name, JsonKind.STRING).text();
    }

    public @Nullable String textOrNull(String name) throws JsonException {
        return members.containsKey(name) ? text(name) : null;
    }

    public long number(String name) throws JsonException {
        return number(name, required(name, JsonKind.NUMBER));
    }

    /** The text of a member that is an object. */
    public String object(String name) throws JsonException {
        return required(name, JsonKind.OBJECT).json();
    }

    /** A member that is true or false; false where it is not there. */
    public boolean flag(String name) throws JsonException {
        return members.containsKey(name)
                && required(name, JsonKind.BOOLEAN).json().equals("true");
    }

    /** A member that is a time as {@link Instant#toString} writes it; null where it is not there. */
    public @Nullable Instant timeOrNull(String name) throws JsonException {
        String text = textOrNull(name);
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new JsonException(name + " must be a time");
        }
    }

    /** A member that is an array of objects. */
    public List<Notice> list(String name) throws JsonException {
        List<Notice> list = new ArrayList<>();
        for (JsonValue each :
                Json.valueOrElements(required(name, JsonKind.ARRAY).json(), Integer.MAX_VALUE)) {
            list.add(of(each.json()));
        }
        return list;
    }

    /** A member that is an object of strings. */
    public Map<String, String> texts(String name) throws JsonException {
        Map<String, String> texts = new HashMap<>();
        for (Map.Entry<String, JsonValue> each :
                Json.members(required(name, JsonKind.OBJECT).json()).entrySet()) {
            if (each.getValue().kind() != JsonKind.STRING) {
                throw new JsonException(name + " must hold strings");
            }
            texts.put(each.getKey(), each.getValue().text());
        }
        return texts;
    }

    /** A member that is an object of small numbers. */
    public Map<String, Integer> counts(String name) throws JsonException {
        Map<String, Integer> counts = new HashMap<>();
        for (Map.Entry<String, JsonValue> each :
                Json.members(required(name, JsonKind.OBJECT).json()).entrySet()) {
            counts.put(each.getKey(), (int) number(each.getKey(), each.getValue()));
        }
        return counts;
    }

    private static long number(String name, JsonValue value) throws JsonException {
        if (value.kind() != JsonKind.NUMBER || !NUMBER.matcher(value.json()).matches()) {
            throw new JsonException(name + " must be a number of 0 and above");
        }
        return Long.parseLong(value.json());
    }

    private JsonValue required(String name, JsonKind kind) throws JsonException {
        JsonValue value = members.get(name);
        if (value == null || value.kind() != kind) {
            throw new JsonException(name + " must be there, of the kind " + kind);
        }
        return value;
    }
}
