package io.kulkul.core.admin;

import io.kulkul.core.hub.Drain;
import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.json.JsonObjectWriter;
import io.kulkul.core.protocol.ErrorCode;
import java.time.DateTimeException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads what a request to drain the instance asks for, and writes how far that is. */
final class DrainRequest {

    private static final Duration LONGEST = Duration.ofMinutes(10);

    private DrainRequest() {}

    /** Reads over which time. */
    static Duration duration(String text) throws RefusedException {
        try {
            Duration duration = Duration.parse(text);
            if (!duration.isNegative() && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (DateTimeException | ArithmeticException notADuration) {
            throw wrongDuration();
        }
        throw wrongDuration();
    }

    private static RefusedException wrongDuration() {
        return new RefusedException(ErrorCode.BAD_REQUEST, "duration is an ISO-8601 duration from PT0S to " + LONGEST);
    }

    /** Reads whether the answer waits for the end. */
    static boolean waits(@Nullable String text) throws RefusedException {
        if (text != null && !text.equals("true") && !text.equals("false")) {
            throw new RefusedException(ErrorCode.BAD_REQUEST, "wait is true or false");
        }
        return "true".equals(text);
    }

    static String json(Drain drain) {
        JsonObjectWriter object =
                new JsonObjectWriter(96).bool("draining", drain.draining()).number("connections", drain.connections());
        if (drain.deadlineMillis() != null) {
            object.number("drainDeadline", drain.deadlineMillis());
        }
        return object.end();
    }
}
