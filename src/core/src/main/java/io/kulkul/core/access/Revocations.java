package io.kulkul.core.access;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens are good no more, although their signature and times are.
 *
 * <p>Kept in memory for as long as such a token could still be valid: until its {@code exp} where that is known, else until it is too old
 * by {@code mp.jwt.verify.token.age}, else as long as the instance runs. Thread-safe.
 */
public final class Revocations {

    /** In the place of a tenant: the revocation is for the tokens of all tenants. */
    public static final String ALL_TENANTS = "*";

    /** The most revocations that are kept. */
    static final int MAX = 1_000_000;

    private final @Nullable Duration tokenAge;
    private final Duration skew;

    /** What is revoked; guarded by itself. */
    private final Map<Subject, Revoked> revoked = new HashMap<>();

    /** Begins without any. */
    public Revocations(TokenSettings settings) {
        tokenAge = settings.tokenAge();
        skew = settings.clockSkew();
    }

    /**
     * Revokes the token with this {@code jti}.
     *
     * @param tenant whose token it is; empty for one without a tenant
     * @param expires the token's {@code exp}, where it is known
     * @return false where there are too many revocations already
     */
    public boolean revokeToken(String tenant, String tokenId, @Nullable Instant expires, Instant now) {
        Instant end = expires == null ? endOf(now) : expires.plus(skew);
        return add(new Subject(tenant, Kind.TOKEN, tokenId), new Revoked(Instant.MAX, end));
    }

    /**
     * Revokes what was issued to this user before a time.
     *
     * @param tenant see {@link #revokeToken}
     * @return false where there are too many revocations already
     */
    public boolean revokeUser(String tenant, String user, Instant issuedBefore) {
        return add(new Subject(tenant, Kind.USER, user), new Revoked(issuedBefore, endOf(issuedBefore)));
    }

    /**
     * Revokes what was issued to anybody of the tenant before a time.
     *
     * @param tenant see {@link #revokeToken}, or {@link #ALL_TENANTS}
     * @return false where there are too many revocations already
     */
    public boolean revokeAll(String tenant, Instant issuedBefore) {
        return add(new Subject(tenant, Kind.ALL, ""), new Revoked(issuedBefore, endOf(issuedBefore)));
    }

    /** When the last token that was issued until then is too old; {@code Instant.MAX} where the settings give no age. */
    private Instant endOf(Instant issued) {
        return tokenAge == null ? Instant.MAX : issued.plus(tokenAge).plus(skew).plus(skew);
    }

    private boolean add(Subject subject, Revoked revocation) {
        synchronized (revoked) {
            boolean room = revoked.size() < MAX || revoked.containsKey(subject);
            if (room) {
                revoked.merge(subject, revocation, Revoked::wider);
            }
            return room;
        }
    }

    /** Whether the caller's token is revoked. A token that does not say when it was issued is older than any time. */
    public boolean cover(Caller caller) {
        synchronized (revoked) {
            return !revoked.isEmpty() && (covers(caller, tenantOf(caller)) || covers(caller, ALL_TENANTS));
        }
    }

    private static String tenantOf(Caller caller) {
        return caller.tenant() == null ? "" : caller.tenant();
    }

    private boolean covers(Caller caller, String tenant) {
        String tokenId = caller.tokenId();
        return (tokenId != null && covers(new Subject(tenant, Kind.TOKEN, tokenId), caller))
                || covers(new Subject(tenant, Kind.USER, caller.user()), caller)
                || covers(new Subject(tenant, Kind.ALL, ""), caller);
    }

    private boolean covers(Subject subject, Caller caller) {
        Revoked found = revoked.get(subject);
        Instant issued = caller.issued();
        return found != null && (issued == null || issued.isBefore(found.issuedBefore));
    }

    /** All revocations that are in force, in no order. */
    public List<Revocation> all() {
        synchronized (revoked) {
            List<Revocation> all = new ArrayList<>(revoked.size());
            revoked.forEach((subject, each) ->
                    all.add(new Revocation(subject.tenant, subject.kind, subject.name, each.issuedBefore, each.end)));
            return all;
        }
    }

    /**
     * Adds what another instance knows; each revocation reaches as far as the further one of both.
     *
     * @return false where there are too many revocations already
     */
    public boolean merge(List<Revocation> others) {
        boolean room = true;
        for (Revocation each : others) {
            room &= add(new Subject(each.tenant, each.kind, each.name), new Revoked(each.issuedBefore, each.end));
        }
        return room;
    }

    /** Forgets what no valid token can be touched by any more. */
    public void expire(Instant now) {
        synchronized (revoked) {
            revoked.values().removeIf(each -> each.end.isBefore(now));
        }
    }

    /** How many there are. */
    public int count() {
        synchronized (revoked) {
            return revoked.size();
        }
    }

    /** Whose tokens are revoked. */
    public enum Kind {
        TOKEN,
        USER,
        ALL
    }

    /**
     * One revocation.
     *
     * @param tenant whose tokens; see {@link #revokeToken} and {@link #ALL_TENANTS}
     * @param name the token's {@code jti}, or the user; empty for everybody
     * @param issuedBefore which tokens; {@code Instant.MAX} for all
     * @param end until when it is kept; {@code Instant.MAX} for ever
     */
    public record Revocation(String tenant, Kind kind, String name, Instant issuedBefore, Instant end) {}

    private record Subject(String tenant, Kind kind, String name) {}

    private record Revoked(Instant issuedBefore, Instant end) {
        static Revoked wider(Revoked a, Revoked b) {
            return new Revoked(
                    a.issuedBefore.isAfter(b.issuedBefore) ? a.issuedBefore : b.issuedBefore,
                    a.end.isAfter(b.end) ? a.end : b.end);
        }
    }
}
