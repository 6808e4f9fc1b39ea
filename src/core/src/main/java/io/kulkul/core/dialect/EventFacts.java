package io.kulkul.core.dialect;

import io.kulkul.core.eventlog.Event;
import io.kulkul.core.json.Json;
import org.jspecify.annotations.Nullable;

/** What an event's frame can tell. */
record EventFacts(Event event) implements Frame.Facts {

    @Override
    public @Nullable String json(Frame.Fact fact) {
        return switch (fact) {
            case EVENT -> Json.quoted(event.name());
            case PAYLOAD -> event.payload();
            case CHANNEL -> Json.quoted(event.channel().name());
            case ID -> Json.quoted(event.id());
            case SEQ -> event.positioned() ? Long.toString(event.seq()) : null;
            case EPOCH -> event.positioned() ? Json.quoted(event.epoch()) : null;
            case MILLIS -> Long.toString(event.timestamp());
            case ISO_TIME -> ReplyFacts.isoTime(event.timestamp());
            case CORRELATION -> quoted(event.correlation());
            case PUBLISHER, USER -> quoted(event.publisher());
            case CONNECTION, CHANNELS, CODE, MESSAGE, REASON -> null;
        };
    }

    private static @Nullable String quoted(@Nullable String text) {
        return text == null ? null : Json.quoted(text);
    }
}
