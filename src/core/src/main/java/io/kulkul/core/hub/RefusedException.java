package io.kulkul.core.hub;

import io.kulkul.core.protocol.ErrorCode;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Says that the hub does not do what it was asked, and which error code answers it. */
public final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private static final System.Logger LOG = System.getLogger(RefusedException.class.getName());

    private final ErrorCode code;
    private final String explanation;

    private final @Nullable String correlation;

    public RefusedException(ErrorCode code, String explanation) {
        this(code, explanation, null);
    }

    /**
     * A refusal whose cause is in the log.
     *
     * @param correlation the id under which the log has it, or null
     */
    RefusedException(ErrorCode code, String explanation, @Nullable String correlation) {
        // An expected refusal: no stack trace is needed, and none is paid for.
        super(explanation, null, false, false);
        this.code = code;
        this.explanation = explanation;
        this.correlation = correlation;
    }

    /**
     * The refusal with which a stage of the hub ended; {@link ErrorCode#INTERNAL} where it ended with something else, which is a bug and is
     * logged.
     */
    public static RefusedException of(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused) {
            return refused;
        }
        LOG.log(Level.ERROR, "KULKUL0907E what a publisher waits for failed", cause);
        return new RefusedException(ErrorCode.INTERNAL, "internal error");
    }

    /** The id under which the server's log has the cause; null where there is nothing to look up. */
    public @Nullable String correlation() {
        return correlation;
    }

    public ErrorCode code() {
        return code;
    }

    /** For people; says nothing about the server's insides. */
    public String explanation() {
        return explanation;
    }
}
