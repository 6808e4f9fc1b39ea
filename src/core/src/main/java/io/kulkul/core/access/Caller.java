package io.kulkul.core.access;

import io.kulkul.api.UserChannel;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a connection or a request is: user, tenant, permissions, and until when the token behind it is good.
 *
 * @param user the token's {@code sub}; the empty string for a caller without a token
 * @param tenant the token's {@code tenant} claim, or null where it has none
 * @param permissions what the {@code scope} claim and the roles of the {@code groups} claim allow
 * @param groups the {@code groups} claim
 * @param issued when the token was issued, or null where it does not say
 * @param expires when the token's life ends; null for a caller without a token
 * @param tokenId the token's {@code jti}, or null
 */
public record Caller(
        String user,
        @Nullable String tenant,
        Permissions permissions,
        Set<String> groups,
        @Nullable Instant issued,
        @Nullable Instant expires,
        @Nullable String tokenId) {

    /** A caller without a token. */
    public static final Caller ANONYMOUS = new Caller("", null, Permissions.NONE, Set.of(), null, null, null);

    public Caller {
        Objects.requireNonNull(user, "user");
        groups = Set.copyOf(groups);
    }

    /** Whether a valid token stands behind the caller. */
    public boolean authenticated() {
        return expires != null;
    }

    /** Whether the caller may do everything, and is exempt from the limits per user and from the rates. */
    public boolean administrator() {
        return permissions.admin();
    }

    /** The name of the caller's own channel; empty for a caller without a token. */
    public String ownChannel() {
        return authenticated() ? UserChannel.of(user) : "";
    }
}
