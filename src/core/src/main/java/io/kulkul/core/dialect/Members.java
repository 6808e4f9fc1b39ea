package io.kulkul.core.dialect;

import io.kulkul.core.json.JsonKind;
import io.kulkul.core.json.JsonValue;
import io.kulkul.core.protocol.ErrorCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of one object, read by the kind they must have. A JSON null counts as absent, except for a payload. */
record Members(Map<String, JsonValue> values) {

    boolean has(String name) {
        JsonValue value = values.get(name);
        return value != null && value.kind() != JsonKind.NULL;
    }

    JsonValue required(String name) throws RefusedFrameException {
        JsonValue value = values.get(name);
        if (value == null) {
            throw refused(name + " is missing");
        }
        return value;
    }

    @Nullable
    String text(String name, int maxLength) throws RefusedFrameException {
        if (!has(name)) {
            return null;
        }
        String text = string(name);
        if (text.length() > maxLength) {
            throw refused(name + " has more than " + maxLength + " characters");
        }
        return text;
    }

    String requiredText(String name, int maxLength) throws RefusedFrameException {
        String text = text(name, maxLength);
        if (text == null || text.isEmpty()) {
            throw refused(name + " is missing");
        }
        return text;
    }

    /** A string of any length, which may be empty. */
    String string(String name) throws RefusedFrameException {
        JsonValue value = required(name);
        if (value.kind() != JsonKind.STRING) {
            throw refused(name + " must be a string");
        }
        return value.text();
    }

    @Nullable
    String json(String name, JsonKind kind) throws RefusedFrameException {
        if (!has(name)) {
            return null;
        }
        JsonValue value = required(name);
        if (value.kind() != kind) {
            throw refused(name + " must be a JSON object");
        }
        return value.json();
    }

    boolean bool(String name) throws RefusedFrameException {
        if (!has(name)) {
            return false;
        }
        if (required(name).kind() != JsonKind.BOOLEAN) {
            throw refused(name + " must be true or false");
        }
        return required(name).json().equals("true");
    }

    long number(String name, long min, long max, long absent) throws RefusedFrameException {
        return has(name) ? requiredNumber(name, min, max) : absent;
    }

    long requiredNumber(String name, long min, long max) throws RefusedFrameException {
        JsonValue value = required(name);
        if (value.kind() == JsonKind.NUMBER) {
            try {
                long number = Long.parseLong(value.json());
                if (number >= min && number <= max) {
                    return number;
                }
            } catch (NumberFormatException notALong) {
                throw refused(wrongNumber(name, min, max));
            }
        }
        throw refused(wrongNumber(name, min, max));
    }

    private static String wrongNumber(String name, long min, long max) {
        return name + " must be a whole number from " + min + " to " + max;
    }

    private static RefusedFrameException refused(String reason) {
        return new RefusedFrameException(ErrorCode.BAD_REQUEST, reason);
    }
}
