package io.kulkul.api;

import java.util.Objects;

/**
 * A payload that is JSON text already: it is checked once, and then sent to the clients as it is, never parsed and printed again.
 *
 * @param text one JSON value (RFC 8259)
 */
public record JsonText(String text) {

    public JsonText {
        Objects.requireNonNull(text, "text");
    }

    @Override
    public String toString() {
        return text;
    }
}
