package io.kulkul.core.subscription;

import io.kulkul.core.eventlog.Event;
import io.kulkul.core.json.Json;
import io.kulkul.core.json.JsonException;
import io.kulkul.core.json.JsonKind;
import io.kulkul.core.json.JsonProbe;
import io.kulkul.core.json.JsonValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Accepts the events whose payload has given values at given places.
 *
 * <p>Written as a flat JSON object of at most {@value #MAX_MEMBERS} members: a JSON Pointer (RFC 6901) or a plain member name against a
 * string, a number, a boolean, or an array of them, of which any will do. Numbers are equal by value: {@code 1.0} is {@code 1}.
 * Filters that accept the same are equal. Immutable.
 */
public final class Filter implements Predicate<Event> {

    /** The most members a filter may have. */
    public static final int MAX_MEMBERS = 8;

    /** The most values an array in a filter may have. */
    public static final int MAX_VALUES = 100;

    /** The most characters a filter may have. */
    public static final int MAX_LENGTH = 8192;

    private final Map<List<String>, Set<Scalar>> wanted;
    private final JsonProbe probe;

    private Filter(Map<List<String>, Set<Scalar>> wanted) {
        this.wanted = wanted;
        Map<List<String>, JsonProbe.Test> tests = new HashMap<>();
        wanted.forEach((pointer, values) ->
                tests.put(pointer, (kind, text) -> kind != JsonKind.NULL && values.contains(Scalar.of(kind, text))));
        probe = new JsonProbe(tests);
    }

    /**
     * Reads a filter.
     *
     * @throws JsonException when it is not a filter; the message says why
     */
    public static Filter parse(String json) throws JsonException {
        if (json.length() > MAX_LENGTH) {
            throw new JsonException("a filter has at most " + MAX_LENGTH + " characters");
        }
        Map<String, JsonValue> members = Json.members(json);
        if (members.isEmpty() || members.size() > MAX_MEMBERS) {
            throw new JsonException("a filter has 1 to " + MAX_MEMBERS + " members");
        }
        Map<List<String>, Set<Scalar>> wanted = new HashMap<>();
        for (Map.Entry<String, JsonValue> member : members.entrySet()) {
            if (wanted.put(tokens(member.getKey()), scalars(member.getValue())) != null) {
                throw new JsonException("two members of a filter name the same place");
            }
        }
        return new Filter(wanted);
    }

    private static List<String> tokens(String pointer) throws JsonException {
        if (!pointer.startsWith("/")) {
            return List.of(pointer);
        }
        List<String> tokens = new ArrayList<>();
        for (String token : pointer.substring(1).split("/", -1)) {
            if (token.replace("~0", "").replace("~1", "").indexOf('~') >= 0) {
                throw new JsonException("not a JSON Pointer: '~' stands before 0 or 1 only");
            }
            tokens.add(token.replace("~1", "/").replace("~0", "~"));
        }
        return List.copyOf(tokens);
    }

    private static Set<Scalar> scalars(JsonValue value) throws JsonException {
        Set<Scalar> scalars = new HashSet<>();
        List<JsonValue> values =
                value.kind() == JsonKind.ARRAY ? Json.valueOrElements(value.json(), MAX_VALUES) : List.of(value);
        for (JsonValue each : values) {
            switch (each.kind()) {
                case STRING, NUMBER, BOOLEAN -> scalars.add(Scalar.of(each.kind(), each.text()));
                default ->
                    throw new JsonException("a filter compares with strings, numbers, booleans or an array of them");
            }
        }
        if (scalars.isEmpty()) {
            throw new JsonException("an empty array in a filter would accept nothing");
        }
        return Set.copyOf(scalars);
    }

    @Override
    public boolean test(Event event) {
        return probe.accepts(event.payload());
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Filter filter && wanted.equals(filter.wanted));
    }

    @Override
    public int hashCode() {
        return wanted.hashCode();
    }

    @Override
    public String toString() {
        return "Filter" + wanted;
    }

    /** A value that compares as JSON does: a number by its value, never equal to the string that looks like it. */
    private record Scalar(JsonKind kind, Object value) {
        static Scalar of(JsonKind kind, String text) {
            return new Scalar(kind, kind == JsonKind.NUMBER ? number(text) : text);
        }

        private static Object number(String text) {
            try {
                return new BigDecimal(text).stripTrailingZeros();
            } catch (NumberFormatException exponentBeyondInt) {
                // Such a number equals itself only as it is written.
                return text;
            }
        }
    }
}
