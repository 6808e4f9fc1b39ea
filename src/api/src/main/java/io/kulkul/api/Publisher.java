package io.kulkul.api;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Publishes events to channels; inject it into any CDI bean.
 *
 * <p>Thread-safe and never waits for a client. Outside a JTA transaction an event is published before {@code publish} returns. Inside
 * an active one it is published after the commit, in the order of the calls, and never when the transaction is rolled back: the
 * stage is then completed with a {@link PublishRefusedException}. Because the stage is completed only after the commit, do not wait
 * for it inside the transaction.
 */
public interface Publisher {

    /**
     * Publishes an event of the tenant-less application.
     *
     * @param channel see {@link NewEvent#channel()}
     * @param event see {@link NewEvent#event()}
     * @param payload see {@link NewEvent#payload()}
     * @throws PublishRefusedException at once, when the channel's name, the event's name or the payload is not acceptable
     */
    default CompletionStage<Published> publish(String channel, String event, @Nullable Object payload) {
        return publish(NewEvent.on(channel).named(event).carrying(payload));
    }

    /**
     * Publishes an event.
     *
     * @throws PublishRefusedException at once, when the event is not acceptable
     */
    CompletionStage<Published> publish(NewEvent event);
}
