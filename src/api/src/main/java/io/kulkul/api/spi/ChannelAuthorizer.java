package io.kulkul.api.spi;

/**
 * An application's own rule for its channels, beside the permissions of the token; any CDI bean of this type is asked.
 *
 * <p>A denial of one authorizer decides; else an allowance of one; else the token, the namespace's options and the caller's own channel,
 * whose answer the request has in {@link AccessRequest#granted}. Callers with the permission {@code admin} are not asked about.
 *
 * <p>Asked when a client subscribes, publishes or reads history, and when a caller publishes by REST; not again while a subscription
 * lasts, unless its client brings another token.
 */
@FunctionalInterface
public interface ChannelAuthorizer {

    /**
     * Says whether the caller may do it.
     *
     * <p>Called on a managed thread that may wait and may take a transaction, by several threads at once; no request context is active.
     * The connection's later commands wait for the answer. After {@code kulkul.authorizer.timeout} they wait no longer: the command is
     * refused with {@code unavailable}. An exception refuses it with {@code internal}.
     */
    Authorization authorize(AccessRequest request);
}
