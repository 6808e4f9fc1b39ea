package io.kulkul.core.eventlog;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Knows which texts every database keeps as they are: those without the character U+0000 and without half a surrogate pair. JSON may spell
 * both, so an event's name, key and correlation can have them; a payload cannot, for there they stay spelled.
 */
public final class StorableText {

    private StorableText() {}

    /** Whether each of the draft's texts can be kept. What cannot would be refused by the database, and with it its whole batch. */
    public static boolean isStorable(Draft draft) {
        return Stream.of(
                        draft.channel().tenant(),
                        draft.name(),
                        draft.payload(),
                        draft.key(),
                        draft.correlation(),
                        draft.publisher())
                .allMatch(StorableText::isStorable);
    }

    /** Whether the text can be kept; null can. */
    public static boolean isStorable(@Nullable String text) {
        if (text == null) {
            return true;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (c == 0 || Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }
}
