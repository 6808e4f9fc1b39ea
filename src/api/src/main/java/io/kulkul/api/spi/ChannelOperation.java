package io.kulkul.api.spi;

import java.util.Locale;

/** What a caller may want to do with a channel. */
public enum ChannelOperation {
    /** To be sent the channel's events. */
    SUBSCRIBE,
    /** To publish an event. */
    PUBLISH,
    /** To read kept events. */
    HISTORY,
    /** To see who is on the channel. */
    PRESENCE;

    private final String verb = name().toLowerCase(Locale.ROOT);

    /** The word before the colon of a permission: {@code subscribe}, {@code publish}, {@code history}, {@code presence}. */
    public String verb() {
        return verb;
    }
}
