package io.kulkul.core.publishing;

import io.kulkul.api.ClientMessage;
import io.kulkul.api.FromChannel;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.subscription.ChannelPattern;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessObserverMethod;
import java.lang.annotation.Annotation;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Collects, while the application starts, which channels its observers want to hear clients on: CDI compares qualifiers by equality, so an
 * event for a pattern's observers has to be fired with the pattern as they wrote it.
 */
public class ObserverPatterns implements Extension {

    private final Map<String, Predicate<String>> patterns = new ConcurrentHashMap<>();

    void collect(@Observes ProcessObserverMethod<ClientMessage, ?> observer) {
        for (Annotation qualifier : observer.getObserverMethod().getObservedQualifiers()) {
            if (qualifier instanceof FromChannel fromChannel) {
                String pattern = fromChannel.value();
                if (ChannelPattern.isValid(pattern)) {
                    patterns.put(pattern, new ChannelPattern(pattern).matcher());
                } else if (ChannelId.isValidName(pattern)) {
                    patterns.put(pattern, pattern::equals);
                } else {
                    observer.addDefinitionError(new IllegalArgumentException(
                            "@FromChannel(\"" + pattern + "\") is neither a channel's name nor a pattern"));
                }
            }
        }
    }

    /** What observers wrote that fits the channel. */
    Collection<String> matching(String channel) {
        return patterns.entrySet().stream()
                .filter(entry -> entry.getValue().test(channel))
                .map(Map.Entry::getKey)
                .toList();
    }
}
