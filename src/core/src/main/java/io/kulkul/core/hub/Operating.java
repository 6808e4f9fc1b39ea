package io.kulkul.core.hub;

import io.kulkul.core.access.Caller;
import io.kulkul.core.access.Revocations;
import io.kulkul.core.channel.Appended;
import io.kulkul.core.connection.Connection;
import io.kulkul.core.hub.OperatorCommand.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Has carried out what operators ask for, on all instances, and leaves an audit line of each: who, what, when, and what came of it. Whether the caller is an
 * operator has been looked at before. Thread-safe.
 */
public final class Operating {

    private final Hub hub;
    private final CarryingOut carryingOut;
    private final ClusterCommands others;
    private final Audit audit;

    Operating(Hub hub, CarryingOut carryingOut, ClusterCommands others, Audit audit) {
        this.hub = hub;
        this.carryingOut = carryingOut;
        this.others = others;
        this.audit = audit;
    }

    /** Closes all connections of a user with 4410. */
    public CompletionStage<Outcome> disconnectUser(Caller by, String tenant, String user) {
        return everywhere(by, new OperatorCommand(Kind.DISCONNECT_USER, tenant, user, null, null));
    }

    /** Closes a connection with 4410. */
    public CompletionStage<Outcome> disconnect(Caller by, String tenant, String id) {
        return everywhere(by, new OperatorCommand(Kind.DISCONNECT_CONNECTION, tenant, id, null, null));
    }

    /**
     * Ends a subscription; its client is told {@code unsubscribed} with the reason {@code revoked}. The outcome is {@code DONE} with a count
     * of 0 where the connection has no such subscription.
     */
    public CompletionStage<Outcome> unsubscribe(Caller by, String tenant, String id, String channel) {
        return everywhere(by, new OperatorCommand(Kind.UNSUBSCRIBE, tenant, id, channel, null));
    }

    /** This instance's open connection of the tenant with this id, or null. */
    public @Nullable Connection find(String tenant, String id) {
        return carryingOut.find(tenant, id);
    }

    /**
     * Revokes one token; the outcome counts its connections.
     *
     * @param expires its {@code exp}, where it is known
     */
    public CompletionStage<Outcome> revokeToken(Caller by, String tenant, String tokenId, @Nullable Instant expires) {
        return everywhere(by, new OperatorCommand(Kind.REVOKE_TOKEN, tenant, tokenId, null, expires));
    }

    /** Revokes what a user was given before a time; the outcome counts the connections. */
    public CompletionStage<Outcome> revokeUser(Caller by, String tenant, String user, Instant issuedBefore) {
        return everywhere(by, new OperatorCommand(Kind.REVOKE_USER, tenant, user, null, issuedBefore));
    }

    /**
     * Revokes what anybody of a tenant was given before a time; the outcome counts the connections.
     *
     * @param tenant or {@link Revocations#ALL_TENANTS}
     */
    public CompletionStage<Outcome> revokeAll(Caller by, String tenant, Instant issuedBefore) {
        return everywhere(by, new OperatorCommand(Kind.REVOKE_ALL, tenant, "", null, issuedBefore));
    }

    /** Here at once, and on all other instances; completes with the last one's answer, or when the time to answer is over. */
    private CompletionStage<Outcome> everywhere(Caller by, OperatorCommand command) {
        Outcome here = carryingOut.carryOut(command);
        boolean found = command.kind().aboutOneConnection() && here.result() == Outcome.Result.DONE;
        CompletionStage<Outcome> elsewhere = found
                ? CompletableFuture.completedStage(Outcome.here(Outcome.Result.NONE, 0))
                : others.ask(by, command);
        return elsewhere.thenApply(outcome -> {
            Outcome all = here.with(outcome);
            audit.write(command.describe(audit.line(by, command.tenant(), command.words()), all));
            return all;
        });
    }

    /**
     * Sends all clients of the instance away, whatever their tenant; see {@link Hub#drain}.
     *
     * @return how far that is
     */
    public Drain drain(Caller by, Duration over) {
        Drain drain = hub.drain(over);
        audit.write(audit.line(by, Revocations.ALL_TENANTS, "drain")
                .string("duration", over.toString())
                .number("connections", drain.connections()));
        return drain;
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
