package io.kulkul.core.protocol;

import java.util.Locale;

/** Why a command was refused; the wire says it in lower case. */
public enum ErrorCode {
    BAD_JSON,
    BAD_REQUEST,
    UNKNOWN_TYPE,
    UNKNOWN_DIALECT,
    UNAUTHENTICATED,
    TOKEN_INVALID,
    TOKEN_EXPIRED,
    FORBIDDEN,
    BAD_CHANNEL,
    ALREADY_SUBSCRIBED,
    NOT_SUBSCRIBED,
    LIMIT_SUBSCRIPTIONS,
    LIMIT_MESSAGE_SIZE,
    RATE_LIMITED,
    HISTORY_UNAVAILABLE,
    UNAVAILABLE,
    INTERNAL;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The code as clients read it. */
    public String wire() {
        return wire;
    }

    /** Whether the frame itself was wrong, so that a well-made client never gets it. */
    public boolean violation() {
        return this == BAD_JSON || this == BAD_REQUEST || this == UNKNOWN_TYPE;
    }
}
