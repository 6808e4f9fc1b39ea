package io.kulkul.core.protocol;

import java.util.Locale;

/** Why a connection was closed: the codes of RFC 6455, section 7.4, and the hub's own above 4000. */
public enum CloseCode {
    NORMAL(1000, "closed"),
    GOING_AWAY(1001, "instance is going away"),
    MESSAGE_TOO_BIG(1009, "message larger than the limit"),
    RESTARTING(1012, "instance is restarting"),
    INSTANCE_FULL(1013, "instance is full"),
    PROTOCOL_VIOLATION(4400, "protocol violation"),
    UNAUTHENTICATED(4401, "no valid token"),
    FORBIDDEN(4403, "not allowed here"),
    HEARTBEAT_MISSED(4408, "heartbeat missed"),
    USER_LIMIT(4409, "too many connections of this user"),
    DISCONNECTED(4410, "disconnected by an administrator"),
    SLOW_CONSUMER(4413, "slow consumer"),
    RATE_LIMIT(4429, "rate limit broken again and again");

    private final int code;
    private final String reason;

    CloseCode(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    /** The number in the close frame. */
    public int code() {
        return code;
    }

    /** The text in the close frame, well below the 123 bytes of RFC 6455, section 5.5.1. */
    public String reason() {
        return reason;
    }

    /** The value of the metric label {@code reason}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
