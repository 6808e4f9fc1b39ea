package io.kulkul.core.json;

/** Says that a text is not the JSON that was expected; its message is meant for whoever sent the text. */
public final class JsonException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;

    public JsonException(String reason) {
        // A client's mistake is no bug of ours: no stack trace is needed, and none is paid for.
        super(reason, null, false, false);
        this.reason = reason;
    }

    /** What is wrong, for whoever sent the text. */
    public String reason() {
        return reason;
    }
}
