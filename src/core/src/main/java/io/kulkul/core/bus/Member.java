package io.kulkul.core.bus;

import org.jspecify.annotations.Nullable;

/**
 * A running instance, as it says of itself.
 *
 * @param name {@code kulkul.instance}
 * @param incarnation differs from that of every other start of any instance
 * @param started when its hub began, in milliseconds since the Unix epoch
 * @param version of the library; null where it runs from loose classes
 * @param connections how many it has open
 * @param draining whether it is ending
 */
public record Member(
        String name,
        String incarnation,
        long started,
        @Nullable String version,
        int connections,
        boolean draining) {}
