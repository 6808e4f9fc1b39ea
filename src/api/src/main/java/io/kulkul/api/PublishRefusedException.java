package io.kulkul.api;

/**
 * Says that an event was not published and never will be: its channel, name, payload or size is not acceptable, or its transaction
 * was rolled back.
 */
public class PublishRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public PublishRefusedException(String message) {
        super(message);
    }

    public PublishRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
