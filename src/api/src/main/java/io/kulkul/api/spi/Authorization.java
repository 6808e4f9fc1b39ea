package io.kulkul.api.spi;

import java.time.Duration;
import java.util.Objects;

/**
 * A {@link ChannelAuthorizer}'s answer, and for how long it holds.
 *
 * @param verdict what the authorizer says
 * @param validFor for how long the same request is answered so without asking again; zero asks every time
 */
public record Authorization(Verdict verdict, Duration validFor) {

    /** What an authorizer can say. */
    public enum Verdict {
        /** It is allowed, whatever the token says, unless another authorizer denies it. */
        ALLOW,
        /** It is denied, whatever anybody else says. */
        DENY,
        /** The authorizer has no rule for it. */
        ABSTAIN
    }

    public Authorization {
        Objects.requireNonNull(verdict, "verdict");
        if (validFor.isNegative()) {
            throw new IllegalArgumentException("validFor is negative: " + validFor);
        }
    }

    /** Allows it; the same request is asked again each time. */
    public static Authorization allow() {
        return allow(Duration.ZERO);
    }

    /** Allows it for so long. */
    public static Authorization allow(Duration validFor) {
        return new Authorization(Verdict.ALLOW, validFor);
    }

    /** Denies it; the same request is asked again each time. */
    public static Authorization deny() {
        return deny(Duration.ZERO);
    }

    /** Denies it for so long. */
    public static Authorization deny(Duration validFor) {
        return new Authorization(Verdict.DENY, validFor);
    }

    /** Leaves it to the token and to other authorizers, this time. */
    public static Authorization abstain() {
        return abstain(Duration.ZERO);
    }

    /** Leaves it to the token and to other authorizers for so long. */
    public static Authorization abstain(Duration validFor) {
        return new Authorization(Verdict.ABSTAIN, validFor);
    }
}
