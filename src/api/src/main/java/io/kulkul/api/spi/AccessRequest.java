package io.kulkul.api.spi;

import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who wants to do what with which channel.
 *
 * @param user the token's user; null for a caller without a token
 * @param tenant whose channel it is; empty in an application without tenants
 * @param groups the token's MicroProfile {@code groups}
 * @param operation what is to be done
 * @param channel the channel's name, or the pattern where a pattern is to be subscribed to; {@code user:me} is resolved
 * @param granted whether the token, the namespace's options or the channel's being the user's own allow it already
 */
public record AccessRequest(
        @Nullable String user,
        String tenant,
        Set<String> groups,
        ChannelOperation operation,
        String channel,
        boolean granted) {

    public AccessRequest {
        Objects.requireNonNull(tenant, "tenant");
        groups = Set.copyOf(groups);
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(channel, "channel");
    }
}
