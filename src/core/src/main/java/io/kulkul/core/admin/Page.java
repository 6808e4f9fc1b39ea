package io.kulkul.core.admin;

import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.json.JsonObjectWriter;
import io.kulkul.core.protocol.ErrorCode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is asked for.
 *
 * @param after the last key of the page before; empty for the first page
 * @param limit the most entries
 */
record Page(String after, int limit) {

    private static final int MAX_LIMIT = 1000;
    private static final int DEFAULT_LIMIT = 100;

    /** Reads the query's parameters; null is absent. */
    static Page of(@Nullable String after, @Nullable String limit) throws RefusedException {
        return new Page(after == null ? "" : after, limit == null ? DEFAULT_LIMIT : limit(limit));
    }

    private static int limit(String text) throws RefusedException {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException notANumber) {
            throw wrongLimit();
        }
        throw wrongLimit();
    }

    private static RefusedException wrongLimit() {
        return new RefusedException(ErrorCode.BAD_REQUEST, "limit is a number from 1 to " + MAX_LIMIT);
    }

    /** How many entries to look for: one more tells whether there is a next page. */
    int lookFor() {
        return limit + 1;
    }

    /**
     * Writes the page, with the relative reference of the next one where there is one.
     *
     * @param name what the entries are called
     * @param found at most {@link #lookFor} entries
     * @param key an entry's key, which is what the list is ordered by
     * @param tenant the tenant as the query names it, or null
     * @param also further parameters of the query, see {@link #also}
     */
    <T> String json(
            String name,
            List<? extends T> found,
            Function<? super T, String> key,
            Function<? super T, String> json,
            @Nullable String tenant,
            String also) {
        List<? extends T> shown = found.subList(0, Math.min(limit, found.size()));
        StringJoiner entries = new StringJoiner(",", "[", "]");
        shown.forEach(entry -> entries.add(json.apply(entry)));
        JsonObjectWriter object = new JsonObjectWriter(256).json(name, entries.toString());
        if (shown.size() < found.size()) {
            object.string("next", next(key.apply(shown.get(shown.size() - 1)), tenant) + also);
        }
        return object.end();
    }

    /** A parameter as the next page's reference has it; empty where it is absent. */
    static String also(String name, @Nullable String value) {
        return value == null ? "" : '&' + name + '=' + encoded(value);
    }

    private String next(String last, @Nullable String tenant) {
        String reference = "?after=" + encoded(last) + "&limit=" + limit;
        return tenant == null || tenant.isEmpty() ? reference : reference + "&tenant=" + encoded(tenant);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
