package io.kulkul.core.admin;

import io.kulkul.core.hub.Hub;
import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.hub.RemoteReading;
import io.kulkul.core.protocol.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What is to be read, and of which instance: collects the query's parameters and waits for the answer. Confined to one request. */
final class Reading {

    /** Longer than instances have to answer each other. */
    private static final int PATIENCE_SECONDS = 10;

    private final String what;
    private final Map<String, String> parameters = new HashMap<>();

    Reading(String what) {
        this.what = what;
    }

    /** Adds a parameter; null is absent. */
    Reading with(String name, @Nullable String value) {
        if (value != null) {
            parameters.put(name, value);
        }
        return this;
    }

    /**
     * Reads.
     *
     * @param instance of which instance; null for the one that was asked
     * @throws RefusedException when that cannot be read so, there is no such instance, or it does not answer
     */
    String of(@Nullable String instance, Hub hub, String tenant) throws RefusedException, InterruptedException {
        with("instance", instance);
        if (instance == null || instance.equals(hub.instance())) {
            return new Lists().read(hub, what, tenant, parameters);
        }
        try {
            RemoteReading.Answer answer = hub.reading()
                    .ask(instance, what, tenant, parameters)
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return answer.orRefusal();
        } catch (ExecutionException e) {
            throw new IllegalStateException("reading failed", e.getCause());
        } catch (TimeoutException e) {
            throw new RefusedException(ErrorCode.UNAVAILABLE, "the instance is ending");
        }
    }
}
