package io.kulkul.core.hub;

import io.kulkul.core.protocol.ErrorCode;

/** Says that the hub does not do what it was asked, and which error code answers it. */
public final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String explanation;

    public RefusedException(ErrorCode code, String explanation) {
        // An expected refusal: no stack trace is needed, and none is paid for.
        super(explanation, null, false, false);
        this.code = code;
        this.explanation = explanation;
    }

    public ErrorCode code() {
        return code;
    }

    /** For people; says nothing about the server's insides. */
    public String explanation() {
        return explanation;
    }
}
