package io.kulkul.core.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes JSON text.
 *
 * <p>Bounds: values nest at most {@value #MAX_DEPTH} deep and a number has at most {@value #MAX_NUMBER_LENGTH} characters; what is
 * beyond is refused like broken JSON. Thread-safe.
 */
public final class Json {

    /** How deep values may nest. */
    public static final int MAX_DEPTH = 128;

    /** How many characters a number may have. */
    public static final int MAX_NUMBER_LENGTH = 1000;

    static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    // The length of the whole text is bounded by whoever reads it from the network.
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            // Interning member names that clients choose would fill a table that everybody shares.
            .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
            .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
            .build();

    private Json() {}

    /** Whether the text is exactly one JSON value. */
    public static void check(String text) throws JsonException {
        parse(text, parser -> {
            parser.nextToken();
            requireValue(parser);
            skipChecked(parser);
            return "";
        });
    }

    /**
     * Reads the members of one JSON object. Of members of the same name the last one counts.
     *
     * @throws JsonException when the text is not one JSON object
     */
    public static Map<String, JsonValue> members(String text) throws JsonException {
        return parse(text, parser -> {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                requireValue(parser);
                throw new JsonException("a JSON object is expected");
            }
            return readMembers(parser, text);
        });
    }

    /**
     * Reads one JSON value, and the elements of an array as values of their own.
     *
     * @param maxElements the most elements an array may have
     * @return one element where the text is not an array
     */
    public static List<JsonValue> valueOrElements(String text, int maxElements) throws JsonException {
        return parse(text, parser -> {
            List<JsonValue> values = new ArrayList<>();
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                requireValue(parser);
                values.add(readValue(parser, text));
                return values;
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (values.size() == maxElements) {
                    throw new JsonException("an array of more than " + maxElements + " elements");
                }
                values.add(readValue(parser, text));
            }
            return values;
        });
    }

    /** Appends the text as a JSON string with its quotes. */
    public static StringBuilder appendQuoted(StringBuilder to, String text) {
        to.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, to);
        return to.append('"');
    }

    /** The text as a JSON string with its quotes. */
    public static String quoted(String text) {
        return appendQuoted(new StringBuilder(text.length() + 8), text).toString();
    }

    static <T> T parse(String text, Reading<T> reading) throws JsonException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            T result = reading.read(parser);
            if (parser.nextToken() != null) {
                throw new JsonException("more text after the JSON value at character "
                        + parser.currentTokenLocation().getCharOffset());
            }
            return result;
        } catch (JsonProcessingException e) {
            // Jackson's message quotes the text: what a client sent does not belong into an answer or a log.
            long offset = e.getLocation() == null ? -1 : e.getLocation().getCharOffset();
            throw new JsonException(
                    offset < 0 ? "not valid JSON, or beyond its bounds" : "not valid JSON at character " + offset);
        } catch (IOException e) {
            throw new JsonException("not readable as JSON");
        }
    }

    private static Map<String, JsonValue> readMembers(JsonParser parser, String text)
            throws IOException, JsonException {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, readValue(parser, text));
        }
        return members;
    }

    private static JsonValue readValue(JsonParser parser, String text) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> slice(parser, text, JsonKind.OBJECT);
            case START_ARRAY -> slice(parser, text, JsonKind.ARRAY);
            case VALUE_STRING -> new JsonValue(JsonKind.STRING, quoted(parser.getText()), parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> scalar(JsonKind.NUMBER, checkedNumber(parser));
            case VALUE_TRUE, VALUE_FALSE -> scalar(JsonKind.BOOLEAN, parser.getText());
            default -> scalar(JsonKind.NULL, "null");
        };
    }

    private static JsonValue scalar(JsonKind kind, String json) {
        return new JsonValue(kind, json, json);
    }

    private static JsonValue slice(JsonParser parser, String text, JsonKind kind) throws IOException {
        int from = (int) parser.currentTokenLocation().getCharOffset();
        skipChecked(parser);
        return scalar(
                kind, text.substring(from, (int) parser.currentTokenLocation().getCharOffset() + 1));
    }

    /** Skips the current value, reading every token of it, because a lazily skipped one is not checked. */
    private static void skipChecked(JsonParser parser) throws IOException {
        int depth = 0;
        do {
            JsonToken token = parser.currentToken();
            if (token == null) {
                throw new com.fasterxml.jackson.core.io.JsonEOFException(parser, null, "unexpected end");
            }
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token.isNumeric()) {
                checkedNumber(parser);
            } else {
                parser.finishToken();
            }
        } while (depth > 0 && advance(parser));
    }

    private static boolean advance(JsonParser parser) throws IOException {
        parser.nextToken();
        return true;
    }

    private static String checkedNumber(JsonParser parser) throws IOException {
        String number = parser.getText();
        FACTORY.streamReadConstraints().validateIntegerLength(number.length());
        return number;
    }

    private static void requireValue(JsonParser parser) throws JsonException {
        if (parser.currentToken() == null) {
            throw new JsonException("the text is empty");
        }
    }

    /** What {@link #parse} does with its parser. */
    @FunctionalInterface
    interface Reading<T> {
        T read(JsonParser parser) throws IOException, JsonException;
    }
}
