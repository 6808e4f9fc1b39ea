package io.kulkul.core.admin;

import io.kulkul.core.channel.Appended;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.json.JsonObjectWriter;

/** Writes what became of a published event. */
final class PublishedText {

    private PublishedText() {}

    static String json(Appended appended) {
        Event event = appended.event();
        JsonObjectWriter object = new JsonObjectWriter(192)
                .string("channel", event.channel().name())
                .string("id", event.id());
        if (event.positioned()) {
            object.string("epoch", event.epoch()).number("seq", event.seq());
        }
        return object.bool("duplicate", appended.duplicate()).end();
    }
}
