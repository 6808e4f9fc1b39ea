package io.kulkul.core.dialect;

import io.kulkul.core.protocol.ErrorCode;

/** Says which error answers a client's frame; its reason is meant for whoever sent the frame. */
final class RefusedFrameException extends Exception {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String reason;

    RefusedFrameException(ErrorCode code, String reason) {
        // A client's mistake is no bug of ours: no stack trace is needed, and none is paid for.
        super(reason, null, false, false);
        this.code = code;
        this.reason = reason;
    }

    ErrorCode code() {
        return code;
    }

    String reason() {
        return reason;
    }
}
