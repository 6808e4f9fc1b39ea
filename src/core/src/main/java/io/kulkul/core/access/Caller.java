package io.kulkul.core.access;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a connection or a request is: user, tenant, permissions, and until when the token behind it is good.
 *
 * @param user the token's {@code sub}; the empty string for a caller without a token
 * @param tenant the token's {@code tenant} claim, or null where it has none
 * @param permissions the entries of the {@code scope} claim
 * @param expires when the token's life ends; null for a caller without a token
 * @param tokenId the token's {@code jti}, or null
 */
public record Caller(
        String user,
        @Nullable String tenant,
        Set<String> permissions,
        @Nullable Instant expires,
        @Nullable String tokenId) {

    /** A caller without a token. */
    public static final Caller ANONYMOUS = new Caller("", null, Set.of(), null, null);

    public Caller {
        Objects.requireNonNull(user, "user");
        permissions = Set.copyOf(permissions);
    }

    /** Whether a valid token stands behind the caller. */
    public boolean authenticated() {
        return expires != null;
    }

    /** Whether the caller is exempt from the limits per user and from the rates. */
    public boolean administrator() {
        return permissions.contains("admin");
    }
}
