package io.kulkul.core.hub;

import io.kulkul.api.UserChannel;
import io.kulkul.core.access.Caller;
import io.kulkul.core.connection.Connection;
import io.kulkul.core.connection.Subscription;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.hub.Outcome.Result;
import io.kulkul.core.protocol.CloseCode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Carries operators' commands out on the connections of this instance. Thread-safe; waits for nobody. */
final class CarryingOut {

    private final Hub hub;

    CarryingOut(Hub hub) {
        this.hub = hub;
    }

    Outcome carryOut(OperatorCommand command) {
        return switch (command.kind()) {
            case DISCONNECT_USER -> disconnectUser(command.tenant(), command.subject());
            case DISCONNECT_CONNECTION -> disconnect(command.tenant(), command.subject());
            case UNSUBSCRIBE ->
                unsubscribe(command.tenant(), command.subject(), Objects.requireNonNull(command.channel()));
            case REVOKE_TOKEN ->
                revoked(hub.revocations().revokeToken(command.tenant(), command.subject(), command.time(), hub.now()));
            case REVOKE_USER ->
                revoked(hub.revocations()
                        .revokeUser(command.tenant(), command.subject(), Objects.requireNonNull(command.time())));
            case REVOKE_ALL ->
                revoked(hub.revocations().revokeAll(command.tenant(), Objects.requireNonNull(command.time())));
        };
    }

    private Outcome disconnectUser(String tenant, String user) {
        List<Client> clients = ofUser(tenant, user);
        clients.forEach(client -> client.connection().closeAfterReplies(CloseCode.DISCONNECTED));
        return Outcome.here(clients.isEmpty() ? Result.NONE : Result.DONE, clients.size());
    }

    /** The clients of a user; none where nobody can be called so. */
    private List<Client> ofUser(String tenant, String user) {
        try {
            return hub.addressees().of(new ChannelId(tenant, UserChannel.of(user)));
        } catch (IllegalArgumentException nobody) {
            return List.of();
        }
    }

    private Outcome disconnect(String tenant, String id) {
        Connection connection = find(tenant, id);
        if (connection == null) {
            return Outcome.here(Result.NONE, 0);
        }
        connection.closeAfterReplies(CloseCode.DISCONNECTED);
        return Outcome.here(Result.DONE, 1);
    }

    private Outcome unsubscribe(String tenant, String id, String channel) {
        Connection connection = find(tenant, id);
        if (connection == null) {
            return Outcome.here(Result.NONE, 0);
        }
        Subscription subscription = connection.subscription(channel);
        if (subscription == null) {
            return Outcome.here(Result.DONE, 0);
        }
        hub.subscribing().end(connection, subscription, "revoked");
        return Outcome.here(Result.DONE, 1);
    }

    /** The tenant's open connection with this id, or null. */
    @Nullable
    Connection find(String tenant, String id) {
        Connection connection = hub.connections().find(id);
        return connection == null || !connection.tenant().equals(tenant) ? null : connection;
    }

    private Outcome revoked(boolean room) {
        return Outcome.here(room ? Result.DONE : Result.REFUSED, endRevoked());
    }

    /**
     * Ends the connections whose tokens are revoked.
     *
     * @return how many there were
     */
    int endRevoked() {
        int connections = 0;
        for (Client client : hub.clients()) {
            Caller caller = client.connection().caller();
            if (caller.authenticated() && hub.revocations().cover(caller)) {
                client.revoke();
                connections++;
            }
        }
        return connections;
    }
}
