package io.kulkul.core.eventlog;

import org.jspecify.annotations.Nullable;

/** The database does not answer, or not in time. Nothing is wrong with what was asked: it may be tried again. */
public final class LogUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean outcomeUnknown;

    /**
     * Says what went wrong.
     *
     * @param outcomeUnknown whether a commit was under way, so that what was to be written may have been written
     */
    public LogUnavailableException(String message, boolean outcomeUnknown, @Nullable Throwable cause) {
        super(message, cause);
        this.outcomeUnknown = outcomeUnknown;
    }

    /** Whether what was to be written may have been written. */
    public boolean outcomeUnknown() {
        return outcomeUnknown;
    }
}
