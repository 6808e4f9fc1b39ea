package io.kulkul.core.access;

import io.kulkul.api.spi.ChannelOperation;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.subscription.ChannelPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a token allows: entries {@code VERB:CHANNEL}, where the channel may be a pattern, and {@code admin} for everything.
 *
 * <p>{@code subscribe} implies {@code history} and {@code presence} of the same channels. Entries that say nothing to the hub, such as
 * {@code openid}, allow nothing. Immutable.
 */
public final class Permissions {

    /** No permission. */
    public static final Permissions NONE = new Permissions(Set.of());

    private static final String ADMIN = "admin";
    private static final String EVERYTHING = "*";

    private final Set<String> entries;
    private final boolean admin;
    private final Map<ChannelOperation, Granted> granted = new EnumMap<>(ChannelOperation.class);

    /** Takes a token's entries. */
    public Permissions(Collection<String> entries) {
        this.entries = entries.stream().filter(Permissions::isEntry).collect(Collectors.toUnmodifiableSet());
        admin = entries.contains(ADMIN);
        for (String entry : this.entries) {
            for (ChannelOperation operation : ChannelOperation.values()) {
                String channel = channel(entry, operation);
                if (channel != null) {
                    granted.computeIfAbsent(operation, any -> new Granted()).add(channel);
                }
            }
        }
    }

    private static @Nullable String channel(String entry, ChannelOperation operation) {
        String verb = operation.verb();
        boolean fits = entry.startsWith(verb) && entry.length() > verb.length() && entry.charAt(verb.length()) == ':';
        String channel = fits ? entry.substring(verb.length() + 1) : "";
        return isChannel(channel) ? channel : null;
    }

    private static boolean isChannel(String text) {
        return ChannelPattern.looksLikePattern(text) ? ChannelPattern.isValid(text) : ChannelId.isValidName(text);
    }

    /** Whether the entry is one that the hub understands. */
    public static boolean isEntry(String entry) {
        if (entry.equals(ADMIN)) {
            return true;
        }
        for (ChannelOperation operation : ChannelOperation.values()) {
            if (channel(entry, operation) != null) {
                return true;
            }
        }
        return false;
    }

    /** The entries that allow something. */
    public Set<String> entries() {
        return entries;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Permissions those && those.entries.equals(entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return entries.toString();
    }

    /** Whether everything is allowed, and the limits per user and the rates do not count. */
    public boolean admin() {
        return admin;
    }

    /**
     * Whether this may be done with the channel, or with every channel of the pattern. The pattern {@code *} stays with {@code admin}.
     *
     * @param channel a valid name or pattern
     */
    public boolean allow(ChannelOperation operation, String channel) {
        if (admin) {
            return true;
        }
        boolean bySubscribe = (operation == ChannelOperation.HISTORY || operation == ChannelOperation.PRESENCE)
                && covers(ChannelOperation.SUBSCRIBE, channel);
        return !channel.equals(EVERYTHING) && (bySubscribe || covers(operation, channel));
    }

    private boolean covers(ChannelOperation operation, String channel) {
        Granted those = granted.get(operation);
        return those != null && those.cover(channel);
    }

    /** The channels of one operation. */
    private static final class Granted {

        private final Set<String> exact = new HashSet<>();
        private final List<ChannelPattern> patterns = new ArrayList<>();

        void add(String channel) {
            if (ChannelPattern.looksLikePattern(channel)) {
                patterns.add(new ChannelPattern(channel));
            } else {
                exact.add(channel);
            }
        }

        boolean cover(String channel) {
            return exact.contains(channel) || patterns.stream().anyMatch(pattern -> pattern.covers(channel));
        }
    }
}
