package io.kulkul.core.admin;

import io.kulkul.core.channel.ChannelInfo;
import io.kulkul.core.json.JsonObjectWriter;

/** Writes what can be told of a channel. */
final class ChannelText {

    private ChannelText() {}

    static String json(ChannelInfo info) {
        JsonObjectWriter object =
                new JsonObjectWriter(192).string("channel", info.id().name());
        if (!info.id().tenant().isEmpty()) {
            object.string("tenant", info.id().tenant());
        }
        if (info.epoch() != null) {
            object.json(
                    "head",
                    new JsonObjectWriter(64)
                            .string("epoch", info.epoch())
                            .number("seq", info.head())
                            .end());
        }
        return object.number("historySize", info.historySize())
                .number("subscribers", info.subscribers())
                .number("patternSubscribers", info.patternSubscribers())
                .decimal("rate", info.rate())
                .end();
    }
}
