package io.kulkul.core.channel;

import io.kulkul.core.eventlog.ChannelId;
import org.jspecify.annotations.Nullable;

/**
 * What can be told of a channel at one moment.
 *
 * @param epoch names the present counting; null where the namespace keeps no history
 * @param head the seq of the newest event, 0 before the first or where the namespace keeps no history
 * @param historySize how many events can be replayed
 * @param subscribers how many subscriptions are to exactly this channel
 * @param patternSubscribers how many subscriptions match it by a pattern
 * @param rate how many events it has had a second lately, see {@link Rate}
 */
public record ChannelInfo(
        ChannelId id,
        @Nullable String epoch,
        long head,
        long historySize,
        int subscribers,
        int patternSubscribers,
        double rate) {}
