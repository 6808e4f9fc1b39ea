package io.kulkul.core.admin;

import io.kulkul.core.access.Caller;
import io.kulkul.core.access.Revocations;
import io.kulkul.core.hub.Operating;
import io.kulkul.core.hub.Outcome;
import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.protocol.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens an operator wants to be good no more: the one with a {@code jti}, those of a user, or those of everybody.
 *
 * @param tokenId the {@code jti}, or null
 * @param expires that token's {@code exp}, where it is known
 * @param user whose tokens, or null
 * @param issuedBefore of a user or of everybody: only what was issued before this time; null for a user means now
 */
record Revocation(
        @Nullable String tokenId,
        @Nullable Instant expires,
        @Nullable String user,
        @Nullable Instant issuedBefore) {

    /** Before this a number of milliseconds can only have been meant as one of seconds. */
    private static final Instant NO_MILLISECONDS = Instant.parse("2001-01-01T00:00:00Z");

    /**
     * Reads what the body says.
     *
     * @throws RefusedException when that is not exactly one of the three
     */
    static Revocation of(CommandText body, Instant now) throws RefusedException {
        Revocation revocation = new Revocation(
                body.string("jti"), body.time("expires"), body.string("user"), body.time("issuedBefore"));
        boolean token = revocation.tokenId != null;
        boolean others = revocation.user != null || revocation.issuedBefore != null;
        if (token == others || (!token && revocation.expires != null)) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST,
                    "the body has jti (with expires), or user (with issuedBefore), or issuedBefore");
        }
        if (revocation.expires != null && revocation.expires.isBefore(now.minus(Duration.ofMinutes(5)))) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST, "expires lies in the past; it counts milliseconds, unlike a token's exp");
        }
        Instant before = revocation.issuedBefore;
        if (before != null && (before.isAfter(now) || before.isBefore(NO_MILLISECONDS))) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST,
                    "issuedBefore lies in the future or long ago; it counts milliseconds, unlike a token's iat");
        }
        return revocation;
    }

    /** Revokes, on all instances; the outcome counts the connections that had such a token. */
    CompletionStage<Outcome> carryOut(Operating operating, Caller by, String tenant, Instant now)
            throws RefusedException {
        if (tokenId != null) {
            return operating.revokeToken(by, one(tenant), tokenId, expires);
        }
        Instant before = issuedBefore == null ? now : issuedBefore;
        return user == null
                ? operating.revokeAll(by, tenant, before)
                : operating.revokeUser(by, one(tenant), user, before);
    }

    private static String one(String tenant) throws RefusedException {
        if (tenant.equals(Revocations.ALL_TENANTS)) {
            throw new RefusedException(ErrorCode.BAD_REQUEST, "a token and a user belong to one tenant");
        }
        return tenant;
    }
}
