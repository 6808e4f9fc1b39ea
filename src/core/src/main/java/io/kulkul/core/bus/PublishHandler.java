package io.kulkul.core.bus;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Publishes what other programs put into the queue. Called by one thread at a time, which may wait. */
public interface PublishHandler {

    /**
     * Checks some messages without publishing anything.
     *
     * @param events JSON objects with an event each, at least one
     * @throws RefusedMessageException when one of them can never be published; which one is not said where there are several
     */
    Checked check(List<String> events) throws RefusedMessageException;

    /** Messages that are good. */
    @FunctionalInterface
    interface Checked {

        /**
         * Publishes them in their order; where that failed it may be called again.
         *
         * @return completes when all are as safe as their namespaces want it, exceptionally when something is not available
         */
        CompletionStage<?> publish() throws InterruptedException;
    }
}
