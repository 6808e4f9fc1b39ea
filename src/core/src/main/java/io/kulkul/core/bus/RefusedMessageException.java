package io.kulkul.core.bus;

/** Says that a message can never be published; its message says why, without the text of the event. */
public final class RefusedMessageException extends Exception {

    private static final long serialVersionUID = 1L;

    public RefusedMessageException(String why) {
        // Somebody else's mistake: no stack trace is needed, and none is paid for.
        super(why, null, false, false);
    }
}
