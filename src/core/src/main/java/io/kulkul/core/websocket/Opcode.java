package io.kulkul.core.websocket;

/** The opcodes that there are, and the close codes that frames themselves lead to (RFC 6455, sections 5.2 and 7.4.1). */
final class Opcode {

    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xa;

    /** A peer has sent something against the protocol. */
    static final int PROTOCOL_ERROR = 1002;

    /** Stands for a close frame without a code. */
    static final int NO_CODE = 1005;

    /** A text is not UTF-8. */
    static final int NOT_CONSISTENT = 1007;

    private Opcode() {}

    static boolean isControl(int opcode) {
        return opcode >= CLOSE;
    }

    static boolean isKnown(int opcode) {
        return opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG);
    }

    /** Whether a peer may send this code (section 7.4; 1012 to 1014 are registered since). */
    static boolean mayBeSent(int code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }
}
