package io.kulkul.core.access;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may open a connection (RFC 6455, section 10.2): those of the same origin, and those that a setting names.
 *
 * <p>A request without an {@code Origin} does not come from a page, so it is allowed. Immutable.
 */
public final class OriginPolicy {

    private static final String ANY_SUBDOMAIN = "*.";

    private final boolean any;
    private final List<String> exact = new ArrayList<>();
    private final List<String> suffixes = new ArrayList<>();

    /**
     * Takes the setting {@code kulkul.connection.allowed-origins}.
     *
     * @param allowed see {@link #isValid}
     */
    public OriginPolicy(Set<String> allowed) {
        any = allowed.contains("*");
        for (String origin : allowed) {
            String lower = origin.toLowerCase(Locale.ROOT);
            int wildcard = lower.indexOf(ANY_SUBDOMAIN);
            if (wildcard >= 0) {
                suffixes.add(lower);
            } else {
                exact.add(withoutDefaultPort(lower));
            }
        }
    }

    /** Whether the text is an exact origin, one with {@code *.} in the place of a subdomain, or {@code *} for any. */
    public static boolean isValid(String origin) {
        return origin.equals("*")
                || origin.matches("https?://(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?")
                || origin.matches("https?://\\[[0-9A-Fa-f:.]+](:[0-9]{1,5})?");
    }

    /**
     * Whether a page of this origin may connect.
     *
     * @param origin the {@code Origin} header, or null
     * @param host the {@code Host} header
     */
    public boolean allows(@Nullable String origin, String host) {
        if (origin == null || any) {
            return true;
        }
        String lower = withoutDefaultPort(origin.toLowerCase(Locale.ROOT));
        return isSameOrigin(lower, host.toLowerCase(Locale.ROOT))
                || exact.contains(lower)
                || suffixes.stream().anyMatch(pattern -> fits(lower, pattern));
    }

    /** Whether scheme, port and the domain behind the star are the same, and something stands in the star's place. */
    private static boolean fits(String origin, String pattern) {
        int star = pattern.indexOf(ANY_SUBDOMAIN);
        String before = pattern.substring(0, star);
        String behind =
                withoutDefaultPort(before + "x" + pattern.substring(star + 1)).substring(before.length() + 1);
        return origin.startsWith(before)
                && origin.endsWith(behind)
                && origin.length() > before.length() + behind.length()
                && origin.substring(before.length(), origin.length() - behind.length())
                        .matches("[a-z0-9.-]+");
    }

    /** The scheme is not compared: behind a proxy that ends TLS the server sees another one than the browser. */
    private static boolean isSameOrigin(String origin, String host) {
        int authority = origin.indexOf("://");
        if (authority < 0 || host.isEmpty()) {
            return false;
        }
        String scheme = origin.substring(0, authority + 3);
        return origin.equals(withoutDefaultPort(scheme + host));
    }

    private static String withoutDefaultPort(String origin) {
        try {
            URI uri = new URI(origin);
            boolean isDefault = ("http".equals(uri.getScheme()) && uri.getPort() == 80)
                    || ("https".equals(uri.getScheme()) && uri.getPort() == 443);
            return isDefault ? origin.substring(0, origin.lastIndexOf(':')) : origin;
        } catch (URISyntaxException notAnOrigin) {
            return origin;
        }
    }
}
