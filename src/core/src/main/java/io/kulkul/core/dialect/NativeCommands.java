package io.kulkul.core.dialect;

import io.kulkul.core.json.Json;
import io.kulkul.core.json.JsonException;
import io.kulkul.core.json.JsonKind;
import io.kulkul.core.json.JsonValue;
import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.ErrorCode;
import io.kulkul.core.protocol.Since;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the commands of the native frames. */
final class NativeCommands {

    static final int MAX_BATCH = 1000;
    static final int MAX_ID = 128;
    static final int MAX_NAME = 255;
    static final int MAX_HISTORY = 1000;
    static final int DEFAULT_HISTORY = 100;
    private static final int MAX_SINCE_CHANNELS = 10_000;

    List<Command> read(String frame) {
        List<JsonValue> values;
        try {
            values = Json.valueOrElements(frame, MAX_BATCH);
        } catch (JsonException e) {
            return List.of(new Command.Malformed(null, ErrorCode.BAD_JSON, e.reason()));
        }
        if (values.isEmpty()) {
            return List.of(new Command.Malformed(null, ErrorCode.BAD_REQUEST, "an empty array asks nothing"));
        }
        List<Command> commands = new ArrayList<>(values.size());
        for (JsonValue value : values) {
            commands.add(command(value));
        }
        return commands;
    }

    private static Command command(JsonValue value) {
        if (value.kind() != JsonKind.OBJECT) {
            return new Command.Malformed(null, ErrorCode.BAD_REQUEST, "a frame is a JSON object or an array of them");
        }
        String id = null;
        try {
            Members members = new Members(Json.members(value.json()));
            id = members.text("id", MAX_ID);
            return command(id, members);
        } catch (RefusedFrameException e) {
            return new Command.Malformed(id, e.code(), e.reason());
        } catch (JsonException e) {
            return new Command.Malformed(id, ErrorCode.BAD_JSON, e.reason());
        }
    }

    private static Command command(@Nullable String id, Members members) throws RefusedFrameException, JsonException {
        String type = members.requiredText("type", MAX_NAME);
        return switch (type) {
            case "authenticate" -> new Command.Authenticate(id, members.requiredText("token", Integer.MAX_VALUE));
            case "subscribe" ->
                new Command.Subscribe(
                        id, members.string("channel"), since(members), members.json("filter", JsonKind.OBJECT));
            case "unsubscribe" -> new Command.Unsubscribe(id, members.string("channel"));
            case "publish" ->
                new Command.Publish(
                        id,
                        members.string("channel"),
                        members.requiredText("event", MAX_NAME),
                        members.required("payload").json(),
                        members.text("key", MAX_ID),
                        members.text("correlation", MAX_ID));
            case "history" ->
                new Command.History(
                        id,
                        members.string("channel"),
                        after(members),
                        (int) members.number("limit", 1, MAX_HISTORY, DEFAULT_HISTORY),
                        members.bool("reverse"));
            case "presence" -> new Command.Presence(id, members.string("channel"));
            case "ping" -> new Command.Ping(id);
            case "pong" -> new Command.Pong(id);
            default -> throw new RefusedFrameException(ErrorCode.UNKNOWN_TYPE, "no command has this type");
        };
    }

    private static @Nullable Since since(Members members) throws RefusedFrameException, JsonException {
        String json = members.json("since", JsonKind.OBJECT);
        if (json == null) {
            return null;
        }
        Members since = new Members(Json.members(json));
        String channels = since.json("channels", JsonKind.OBJECT);
        if (channels == null && !since.has("timestamp")) {
            return after(since, "since");
        }
        Map<String, Since.After> each = new HashMap<>();
        if (channels != null) {
            Map<String, JsonValue> listed = Json.members(channels);
            if (listed.size() > MAX_SINCE_CHANNELS) {
                throw new RefusedFrameException(
                        ErrorCode.BAD_REQUEST, "since lists more than " + MAX_SINCE_CHANNELS + " channels");
            }
            for (Map.Entry<String, JsonValue> channel : listed.entrySet()) {
                if (channel.getValue().kind() != JsonKind.OBJECT) {
                    throw new RefusedFrameException(ErrorCode.BAD_REQUEST, "since.channels maps names to {seq, epoch}");
                }
                each.put(
                        channel.getKey(),
                        after(new Members(Json.members(channel.getValue().json())), "since.channels"));
            }
        }
        return new Since.AfterEach(each, since.requiredNumber("timestamp", 0, Long.MAX_VALUE));
    }

    private static Since.@Nullable After after(Members members) throws RefusedFrameException, JsonException {
        String json = members.json("since", JsonKind.OBJECT);
        return json == null ? null : after(new Members(Json.members(json)), "since");
    }

    private static Since.After after(Members position, String where) throws RefusedFrameException {
        if (!position.has("seq")) {
            throw new RefusedFrameException(ErrorCode.BAD_REQUEST, where + " needs a seq");
        }
        return new Since.After(position.requiredNumber("seq", 0, Long.MAX_VALUE), position.text("epoch", MAX_ID));
    }
}
