package io.kulkul.core.access;

import io.kulkul.core.protocol.ErrorCode;

/** What came of looking at a token. */
public sealed interface Verification {

    /** The token is good, and this is whom it names. */
    record Accepted(Caller caller) implements Verification {}

    /**
     * The token is not good.
     *
     * @param code {@code TOKEN_INVALID} or {@code TOKEN_EXPIRED}
     * @param reason for people; holds nothing of the token
     */
    record Refused(ErrorCode code, String reason) implements Verification {}
}
