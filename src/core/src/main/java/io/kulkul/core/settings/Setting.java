package io.kulkul.core.settings;

/**
 * One key, as the documentation lists it and as it is read.
 *
 * @param key behind {@code kulkul.}; a namespace's key behind {@code kulkul.namespace."NAME".}
 * @param ifAbsent the value that holds where none is given, as it would be written; empty for none
 * @param allowed what may be written, for people
 * @param kind how it is read
 * @param min the least number, or milliseconds
 * @param max the greatest number, or milliseconds
 */
record Setting(String key, String ifAbsent, String allowed, Kind kind, long min, long max) {

    /** How a value is read. */
    enum Kind {
        NUMBER,
        DURATION,
        TEXT,
        CHOICE,
        ORIGINS,
        PERMISSIONS
    }

    static Setting number(String key, long ifAbsent, long min, long max) {
        return new Setting(key, Long.toString(ifAbsent), min + " to " + max, Kind.NUMBER, min, max);
    }

    static Setting duration(String key, String ifAbsent, String min, String max) {
        return new Setting(
                key,
                ifAbsent,
                "an ISO-8601 duration from " + min + " to " + max,
                Kind.DURATION,
                java.time.Duration.parse(min).toMillis(),
                java.time.Duration.parse(max).toMillis());
    }

    static Setting text(String key, String ifAbsent, String allowed) {
        return new Setting(key, ifAbsent, allowed, Kind.TEXT, 0, 0);
    }

    /** One of the words, which are written with {@code " or "} between them. */
    static Setting choice(String key, String ifAbsent, String words) {
        return new Setting(key, ifAbsent, words, Kind.CHOICE, 0, 0);
    }

    static Setting origins(String key) {
        return new Setting(
                key,
                "",
                "origins with commas between: https://app.example.org, https://*.example.org, or *",
                Kind.ORIGINS,
                0,
                0);
    }

    static Setting permissions(String key) {
        return new Setting(
                key,
                "",
                "permissions with commas or blanks between: admin, subscribe:CHANNEL, publish:CHANNEL, history:CHANNEL, presence:CHANNEL",
                Kind.PERMISSIONS,
                0,
                0);
    }
}
