package io.kulkul.core.publishing;

import io.kulkul.api.JsonText;
import io.kulkul.api.PublishRefusedException;
import io.kulkul.core.json.Json;
import io.kulkul.core.json.JsonException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonValue;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbException;
import org.jspecify.annotations.Nullable;

/** Turns payloads into JSON text: JSON as it is, anything else by JSON-B. Thread-safe, as {@link Jsonb} is. */
@ApplicationScoped
public class Payloads {

    private final Jsonb jsonb = JsonbBuilder.create();

    /**
     * The payload's JSON text.
     *
     * @throws PublishRefusedException when it is a {@link JsonText} that is not JSON, or JSON-B cannot write it
     */
    String json(@Nullable Object payload) {
        if (payload == null) {
            return "null";
        }
        if (payload instanceof JsonText text) {
            return checked(text.text());
        }
        if (payload instanceof JsonValue value) {
            return value.toString();
        }
        try {
            return jsonb.toJson(payload);
        } catch (JsonbException e) {
            throw new PublishRefusedException(
                    "JSON-B cannot write a " + payload.getClass().getName(), e);
        }
    }

    private static String checked(String text) {
        try {
            Json.check(text);
            return text;
        } catch (JsonException e) {
            throw new PublishRefusedException("the payload is not JSON: " + e.reason(), e);
        }
    }
}
