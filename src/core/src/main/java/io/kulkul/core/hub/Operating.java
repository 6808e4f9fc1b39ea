package io.kulkul.core.hub;

import io.kulkul.api.UserChannel;
import io.kulkul.core.access.Caller;
import io.kulkul.core.access.Revocations;
import io.kulkul.core.channel.Appended;
import io.kulkul.core.connection.Connection;
import io.kulkul.core.connection.Subscription;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.json.JsonObjectWriter;
import io.kulkul.core.protocol.CloseCode;
import io.kulkul.core.protocol.ErrorCode;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what operators ask for, and leaves an audit line of each: who, what, when, and what came of it. Whether the caller is an
 * operator has been looked at before. Thread-safe.
 */
public final class Operating {

    private final Hub hub;
    private final Audit audit;

    Operating(Hub hub, Audit audit) {
        this.hub = hub;
        this.audit = audit;
    }

    /**
     * Closes all connections of a user with 4410.
     *
     * @return how many there were
     */
    public int disconnectUser(Caller by, String tenant, String user) {
        List<Client> clients = ofUser(tenant, user);
        clients.forEach(client -> client.connection().closeAfterReplies(CloseCode.DISCONNECTED));
        audit.write(
                audit.line(by, tenant, "disconnect user").string("user", user).number("connections", clients.size()));
        return clients.size();
    }

    /** The clients of a user; none where nobody can be called so. */
    private List<Client> ofUser(String tenant, String user) {
        try {
            return hub.addressees().of(new ChannelId(tenant, UserChannel.of(user)));
        } catch (IllegalArgumentException nobody) {
            return List.of();
        }
    }

    /**
     * Closes a connection with 4410.
     *
     * @return false where the tenant has no such connection
     */
    public boolean disconnect(Caller by, String tenant, String id) {
        Connection connection = find(tenant, id);
        if (connection != null) {
            connection.closeAfterReplies(CloseCode.DISCONNECTED);
        }
        audit.write(audit.line(by, tenant, "disconnect connection")
                .string("connection", id)
                .number("connections", connection == null ? 0 : 1));
        return connection != null;
    }

    /**
     * Ends a subscription; its client is told {@code unsubscribed} with the reason {@code revoked}.
     *
     * @return false where the tenant has no such connection
     * @throws RefusedException when the connection has no such subscription
     */
    public boolean unsubscribe(Caller by, String tenant, String id, String channel) throws RefusedException {
        Connection connection = find(tenant, id);
        Subscription subscription = connection == null ? null : connection.subscription(channel);
        if (connection != null && subscription != null) {
            hub.subscribing().end(connection, subscription, "revoked");
        }
        audit.write(audit.line(by, tenant, "unsubscribe")
                .string("connection", id)
                .string("channel", channel)
                .number("subscriptions", subscription == null ? 0 : 1));
        if (connection != null && subscription == null) {
            throw new RefusedException(ErrorCode.NOT_SUBSCRIBED, "the connection has no such subscription");
        }
        return connection != null;
    }

    /** The tenant's open connection with this id, or null. */
    public @Nullable Connection find(String tenant, String id) {
        Connection connection = hub.connections().find(id);
        return connection == null || !connection.tenant().equals(tenant) ? null : connection;
    }

    /**
     * Revokes one token.
     *
     * @param expires its {@code exp}, where it is known
     * @return how many connections it had
     * @throws RefusedException when too many tokens are revoked already
     */
    public int revokeToken(Caller by, String tenant, String tokenId, @Nullable Instant expires)
            throws RefusedException {
        boolean room = hub.revocations().revokeToken(tenant, tokenId, expires, hub.now());
        return revoked(room, audit.line(by, tenant, "revoke token").string("jti", tokenId));
    }

    /**
     * Revokes what a user was given before a time.
     *
     * @return how many connections that were
     * @throws RefusedException when too many tokens are revoked already
     */
    public int revokeUser(Caller by, String tenant, String user, Instant issuedBefore) throws RefusedException {
        boolean room = hub.revocations().revokeUser(tenant, user, issuedBefore);
        return revoked(
                room,
                audit.line(by, tenant, "revoke user")
                        .string("user", user)
                        .string("issuedBefore", issuedBefore.toString()));
    }

    /**
     * Revokes what anybody of a tenant was given before a time.
     *
     * @param tenant or {@link Revocations#ALL_TENANTS}
     * @return how many connections that were
     * @throws RefusedException when too many tokens are revoked already
     */
    public int revokeAll(Caller by, String tenant, Instant issuedBefore) throws RefusedException {
        boolean room = hub.revocations().revokeAll(tenant, issuedBefore);
        return revoked(room, audit.line(by, tenant, "revoke all").string("issuedBefore", issuedBefore.toString()));
    }

    private int revoked(boolean room, JsonObjectWriter line) throws RefusedException {
        int connections = 0;
        for (Client client : hub.clients()) {
            Caller caller = client.connection().caller();
            if (caller.authenticated() && hub.revocations().cover(caller)) {
                client.revoke();
                connections++;
            }
        }
        audit.write(line.bool("done", room).number("connections", connections));
        if (!room) {
            throw new RefusedException(ErrorCode.UNAVAILABLE, "too many tokens are revoked already");
        }
        return connections;
    }

    /**
     * Publishes to a user or to a tenant as a whole.
     *
     * @throws RefusedException see {@link Publishing#check}
     */
    public CompletionStage<Appended> publish(Caller by, Publication publication) throws RefusedException {
        return hub.publishing().publish(publication).thenApply(appended -> {
            audit.write(audit.line(by, publication.channel().tenant(), "publish")
                    .string("channel", publication.channel().name())
                    .string("event", publication.event())
                    .string("id", appended.event().id()));
            return appended;
        });
    }
}
