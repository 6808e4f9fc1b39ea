package io.kulkul.core.publishing;

import io.kulkul.api.ChannelPublisher;
import io.kulkul.api.Published;
import io.kulkul.api.Publisher;
import io.kulkul.api.ToChannel;
import io.kulkul.core.eventlog.ChannelId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.InjectionPoint;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Makes the {@link ChannelPublisher} of an injection point. */
@ApplicationScoped
public class ChannelPublishers {

    /**
     * The publisher for the channel that the injection point names.
     *
     * @throws IllegalArgumentException when that is no channel's name
     */
    @Produces
    @ToChannel("")
    <T> ChannelPublisher<T> channelPublisher(InjectionPoint point, Publisher publisher) {
        String channel = point.getQualifiers().stream()
                .filter(ToChannel.class::isInstance)
                .map(qualifier -> ((ToChannel) qualifier).value())
                .findFirst()
                .orElse("");
        if (!ChannelId.isValidName(channel)) {
            throw new IllegalArgumentException("@ToChannel(\"" + channel + "\") at " + point.getMember()
                    + " names no channel: 1 to 255 of A-Z a-z 0-9 _ . : / -");
        }
        return new OneChannelPublisher<>(channel, publisher);
    }

    private record OneChannelPublisher<T>(String channel, Publisher publisher) implements ChannelPublisher<T> {
        @Override
        public CompletionStage<Published> publish(String event, @Nullable T payload) {
            return publisher.publish(channel, event, payload);
        }
    }
}
