package io.kulkul.core.eventlog;

import java.util.Objects;

/**
 * A channel's identity: its name within its tenant.
 *
 * @param tenant the empty string for an application without tenants
 * @param name see {@link #isValidName}
 */
public record ChannelId(String tenant, String name) {

    /** The most characters a channel's name may have; each is one byte. */
    public static final int MAX_LENGTH = 255;

    public ChannelId {
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(name, "name");
    }

    /** What stands before the first colon; the whole name where there is none. */
    public String namespace() {
        int colon = name.indexOf(':');
        return colon < 0 ? name : name.substring(0, colon);
    }

    /** Whether the channel is one of the hub's own, which only the application itself may publish to. */
    public boolean reserved() {
        return name.startsWith("$");
    }

    /** Whether the name is 1 to 255 characters of {@code [A-Za-z0-9_.:/-]}, or such a name behind a {@code $}. */
    public static boolean isValidName(String name) {
        int from = name.startsWith("$") ? 1 : 0;
        if (name.length() == from || name.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = from; i < name.length(); i++) {
            if (!isNameCharacter(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "_.:/-".indexOf(c) >= 0;
    }
}
