package io.kulkul.core.hub;

import io.kulkul.api.spi.ChannelOperation;
import io.kulkul.core.access.Caller;
import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.ErrorCode;
import io.kulkul.core.subscription.ChannelPattern;
import org.jspecify.annotations.Nullable;

/**
 * What a command has to be allowed.
 *
 * @param channel a valid channel's name or, for a subscription, a valid pattern
 */
record Need(ChannelOperation operation, String channel) {

    /**
     * Says what the command needs; null where everybody may do it.
     *
     * @throws RefusedException when what it names is no channel, or cannot be one for this command
     */
    static @Nullable Need of(Caller caller, Command command) throws RefusedException {
        if (command instanceof Command.Subscribe subscribe) {
            return of(caller, ChannelOperation.SUBSCRIBE, subscribe.channel());
        }
        if (command instanceof Command.Publish publish) {
            return of(caller, ChannelOperation.PUBLISH, publish.channel());
        }
        if (command instanceof Command.History history) {
            return of(caller, ChannelOperation.HISTORY, history.channel());
        }
        return command instanceof Command.Presence presence
                ? of(caller, ChannelOperation.PRESENCE, presence.channel())
                : null;
    }

    private static Need of(Caller caller, ChannelOperation operation, String channel) throws RefusedException {
        String name = Authorizing.resolve(caller, channel);
        boolean patternToo = operation == ChannelOperation.SUBSCRIBE;
        if (!patternToo && ChannelPattern.looksLikePattern(name)) {
            throw new RefusedException(
                    ErrorCode.BAD_CHANNEL, operation.verb() + " is about one channel, not about a pattern");
        }
        Authorizing.requireValid(name, patternToo);
        return new Need(operation, name);
    }
}
