package io.kulkul.it.shop;

import io.kulkul.api.spi.AccessRequest;
import io.kulkul.api.spi.Authorization;
import io.kulkul.api.spi.ChannelAuthorizer;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;

/** The shop's own rule: a room that is called "open" lets everybody in, "closed" nobody, if there is a transaction to look that up in. */
@ApplicationScoped
public class RoomRule implements ChannelAuthorizer {

    @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
    TransactionSynchronizationRegistry transaction;

    @Override
    @Transactional
    public Authorization authorize(AccessRequest request) {
        if (transaction.getTransactionStatus() != Status.STATUS_ACTIVE) {
            throw new IllegalStateException("no transaction");
        }
        boolean ownThread = Thread.currentThread().getName().startsWith("kulkul-authorizer");
        return switch (request.channel()) {
            case "room:open" -> ownThread ? Authorization.allow() : Authorization.deny();
            case "room:closed" -> Authorization.deny();
            default -> Authorization.abstain();
        };
    }
}
