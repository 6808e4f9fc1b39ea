package io.kulkul.core.json;

/**
 * One value of a JSON text.
 *
 * @param kind what it is
 * @param json its JSON text, a slice of the text it was read from where it is an object or an array
 * @param text the characters a string stands for; the same as {@code json} for every other kind
 */
public record JsonValue(JsonKind kind, String json, String text) {}
