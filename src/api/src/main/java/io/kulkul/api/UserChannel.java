package io.kulkul.api;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Names the channel that belongs to one user: what is published there reaches all of that user's connections.
 *
 * <p>The name is {@code user:} and the user's id. An id with characters that a channel's name cannot have (an e-mail address, say) stands
 * there in Base64URL behind {@code base64:}, so that different users never share a channel.
 */
public final class UserChannel {

    /** The namespace of users' channels. */
    public static final String NAMESPACE = "user";

    private static final String PREFIX = NAMESPACE + ":";
    private static final String ENCODED = "base64:";
    private static final int MAX_NAME = 255;

    private UserChannel() {}

    /**
     * The channel of this user.
     *
     * @param user the token's {@code sub}
     * @throws IllegalArgumentException where the id is empty or too long for any name: more than 182 bytes of UTF-8 that need encoding, or
     *     250 others
     */
    public static String of(String user) {
        String name = PREFIX + (isPlain(user) ? user : ENCODED + base64(user));
        if (user.isEmpty() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException("a user's id is not empty, and has at most 182 bytes");
        }
        return name;
    }

    private static boolean isPlain(String user) {
        return !user.startsWith(ENCODED)
                && user.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || "_.:/-".indexOf(c) >= 0);
    }

    private static String base64(String user) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }
}
