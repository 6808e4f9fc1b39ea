package io.kulkul.core.admin;

import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.json.Json;
import io.kulkul.core.json.JsonException;
import io.kulkul.core.json.JsonKind;
import io.kulkul.core.json.JsonValue;
import io.kulkul.core.protocol.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the members of a request's body, which is one small JSON object. Unknown members are ignored. */
final class CommandText {

    private final Map<String, JsonValue> members;

    private CommandText(Map<String, JsonValue> members) {
        this.members = members;
    }

    /**
     * Reads a body.
     *
     * @throws RefusedException when it is too long, or not one JSON object
     */
    static CommandText read(InputStream body, int maxBytes) throws RefusedException, IOException {
        try {
            return new CommandText(Json.members(text(body, maxBytes)));
        } catch (JsonException e) {
            throw new RefusedException(ErrorCode.BAD_JSON, e.reason());
        }
    }

    /** The body's text. */
    static String text(InputStream body, int maxBytes) throws RefusedException, IOException {
        byte[] bytes = body.readNBytes(maxBytes + 1);
        if (bytes.length > maxBytes) {
            throw new RefusedException(ErrorCode.LIMIT_MESSAGE_SIZE, "the body has at most " + maxBytes + " bytes");
        }
        if (bytes.length == 0) {
            throw new RefusedException(ErrorCode.BAD_REQUEST, "the body is empty");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RefusedException(ErrorCode.BAD_JSON, "not valid UTF-8");
        }
    }

    /** A member that is a string with something in it; null where it is absent. */
    @Nullable
    String string(String name) throws RefusedException {
        JsonValue value = members.get(name);
        if (value == null || value.kind() == JsonKind.NULL) {
            return null;
        }
        if (value.kind() != JsonKind.STRING || value.text().isEmpty()) {
            throw new RefusedException(ErrorCode.BAD_REQUEST, name + " must be a string, and not an empty one");
        }
        return value.text();
    }

    /** A member that is a time in milliseconds since the Unix epoch; null where it is absent. */
    @Nullable
    Instant time(String name) throws RefusedException {
        JsonValue value = members.get(name);
        if (value == null || value.kind() == JsonKind.NULL) {
            return null;
        }
        if (value.kind() != JsonKind.NUMBER || !value.json().matches("[0-9]{1,15}")) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST, name + " must be a number of milliseconds since the Unix epoch");
        }
        return Instant.ofEpochMilli(Long.parseLong(value.json()));
    }
}
