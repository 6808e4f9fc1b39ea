package io.kulkul.core.json;

import org.jspecify.annotations.Nullable;

/** Writes the members of one JSON object, leaving out those without a value. */
public final class JsonObjectWriter {

    private final StringBuilder out;
    private boolean first = true;

    /** Begins an object; its text grows beyond the expected length where it has to. */
    public JsonObjectWriter(int expectedLength) {
        out = new StringBuilder(expectedLength).append('{');
    }

    public JsonObjectWriter string(String name, @Nullable String value) {
        if (value != null) {
            Json.appendQuoted(member(name), value);
        }
        return this;
    }

    public JsonObjectWriter number(String name, long value) {
        member(name).append(value);
        return this;
    }

    /** Writes a number, rounded to a thousandth. */
    public JsonObjectWriter decimal(String name, double value) {
        long thousandths = Math.round(value * 1000);
        member(name).append(thousandths / 1000.0);
        return this;
    }

    public JsonObjectWriter bool(String name, boolean value) {
        member(name).append(value);
        return this;
    }

    /** Writes JSON text as it is. */
    public JsonObjectWriter json(String name, String value) {
        member(name).append(value);
        return this;
    }

    private StringBuilder member(String name) {
        if (!first) {
            out.append(',');
        }
        first = false;
        return out.append('"').append(name).append("\":");
    }

    /** The whole object; nothing can be added after. */
    public String end() {
        return out.append('}').toString();
    }
}
