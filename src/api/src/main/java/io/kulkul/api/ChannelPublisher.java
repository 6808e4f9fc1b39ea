package io.kulkul.api;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Publishes payloads of one type to the one channel that {@link ToChannel} names at the injection point.
 *
 * <pre>{@code
 * @Inject @ToChannel("orders") ChannelPublisher<Order> orders;
 * }</pre>
 *
 * @param <T> the payloads' type
 */
public interface ChannelPublisher<T> {

    /** The channel it publishes to. */
    String channel();

    /** As {@link Publisher#publish(String, String, Object)} on this channel. */
    CompletionStage<Published> publish(String event, @Nullable T payload);
}
