package io.kulkul.core.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tests scalar members of a JSON text at given JSON Pointers (RFC 6901) in one pass, without building a tree.
 *
 * <p>Immutable and thread-safe.
 */
public final class JsonProbe {

    private final Node root = new Node();
    private final int all;

    /**
     * Takes at most 31 tests.
     *
     * @param tests by the unescaped reference tokens of their pointers
     */
    public JsonProbe(Map<List<String>, Test> tests) {
        if (tests.size() > 31) {
            throw new IllegalArgumentException("at most 31 tests: " + tests.size());
        }
        int bit = 1;
        for (Map.Entry<List<String>, Test> entry : tests.entrySet()) {
            Node node = root;
            node.bits |= bit;
            for (String token : entry.getKey()) {
                node = node.children.computeIfAbsent(token, name -> new Node());
                node.bits |= bit;
            }
            node.test = entry.getValue();
            node.bit = bit;
            bit <<= 1;
        }
        all = bit - 1;
    }

    /** Whether every test finds its value and accepts it; false also for a text that is not JSON. */
    public boolean accepts(String text) {
        try (JsonParser parser = Json.FACTORY.createParser(text)) {
            parser.nextToken();
            return walk(parser, root) == all;
        } catch (IOException notJson) {
            return false;
        }
    }

    private static int walk(JsonParser parser, Node node) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return walkMembers(parser, node);
        }
        if (token == JsonToken.START_ARRAY) {
            return walkElements(parser, node);
        }
        Test test = node.test;
        return test != null && test.accepts(kindOf(token), parser.getText()) ? node.bit : 0;
    }

    private static int walkMembers(JsonParser parser, Node node) throws IOException {
        int accepted = 0;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            Node child = node.children.get(parser.currentName());
            parser.nextToken();
            if (child != null) {
                // Of members of the same name the last one counts.
                accepted &= ~child.bits;
            }
            accepted |= descend(parser, child);
        }
        return accepted;
    }

    private static int walkElements(JsonParser parser, Node node) throws IOException {
        int accepted = 0;
        for (int index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
            accepted |= descend(parser, node.children.isEmpty() ? null : node.children.get(Integer.toString(index)));
        }
        return accepted;
    }

    private static int descend(JsonParser parser, @Nullable Node child) throws IOException {
        if (child != null) {
            return walk(parser, child);
        }
        parser.skipChildren();
        return 0;
    }

    private static JsonKind kindOf(@Nullable JsonToken token) {
        if (token == JsonToken.VALUE_STRING) {
            return JsonKind.STRING;
        }
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            return JsonKind.BOOLEAN;
        }
        return token != null && token.isNumeric() ? JsonKind.NUMBER : JsonKind.NULL;
    }

    /** Decides about one scalar. */
    @FunctionalInterface
    public interface Test {

        /**
         * Whether the value is accepted.
         *
         * @param kind never an object or an array
         * @param text the string's characters, or the JSON text of any other scalar
         */
        boolean accepts(JsonKind kind, String text);
    }

    private static final class Node {
        final Map<String, Node> children = new HashMap<>();

        @Nullable
        Test test;

        int bit;
        /** Those of this place and of all below it. */
        int bits;
    }
}
