package io.kulkul.core.testkit;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;

/** Reads JSON in tests, by another library than the hub's own; two values are equal as JSON says. */
public final class JsonTexts {

    private JsonTexts() {}

    /** JSON text from a text in which single quotes stand for double ones, so that Java code stays readable. */
    public static String json(String singleQuoted) {
        return singleQuoted.replace('\'', '"');
    }

    /** Reads a JSON value. */
    public static JsonValue parsed(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readValue();
        }
    }

    /** Reads an object that is written with single quotes. */
    public static JsonObject object(String singleQuoted) {
        return parsed(json(singleQuoted)).asJsonObject();
    }

    /** The objects of a frame: its own, or those of the array it is. */
    public static List<JsonObject> objects(String frame) {
        JsonValue value = parsed(frame);
        return value.getValueType() == JsonValue.ValueType.ARRAY
                ? new ArrayList<>(value.asJsonArray().getValuesAs(JsonObject.class))
                : List.of(value.asJsonObject());
    }

    /** The frame without those members whose values a test cannot know. */
    public static JsonObject without(JsonObject frame, String... members) {
        var builder = Json.createObjectBuilder(frame);
        for (String member : members) {
            builder.remove(member);
        }
        return builder.build();
    }
}
