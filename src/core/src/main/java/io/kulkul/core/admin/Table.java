package io.kulkul.core.admin;

import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.json.JsonObjectWriter;
import io.kulkul.core.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a list are asked for, and in which order: what a table with a search field and columns to sort by needs.
 *
 * <p>Other than with {@link Page}, the whole list is looked at for each answer, and rows may be seen twice or not at all while they move.
 *
 * @param search what a row's text has to contain, in lower case; empty for all
 * @param column what to sort by; empty for the key
 * @param descending whether the greatest comes first
 */
record Table(String search, String column, boolean descending, int offset, int limit) {

    private static final int MAX_OFFSET = 1_000_000;
    private static final int MAX_SEARCH = 255;

    /** Whether the query asks for rows of a table, and not for a page. */
    static boolean isMeant(@Nullable String search, @Nullable String sort, @Nullable String offset) {
        return search != null || sort != null || offset != null;
    }

    /**
     * Reads the query's parameters; null is absent.
     *
     * @param after refused, because a table's rows have no place that lasts
     */
    static Table of(
            @Nullable String search,
            @Nullable String sort,
            @Nullable String offset,
            @Nullable String after,
            @Nullable String limit)
            throws RefusedException {
        if (after != null) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST, "after goes with neither search nor sort nor offset: use offset");
        }
        String text = search == null ? "" : search.strip().toLowerCase(Locale.ROOT);
        if (text.length() > MAX_SEARCH) {
            throw new RefusedException(ErrorCode.BAD_REQUEST, "search has at most " + MAX_SEARCH + " characters");
        }
        boolean descending = sort != null && sort.startsWith("-");
        String column = sort == null ? "" : descending ? sort.substring(1) : sort;
        return new Table(
                text, column, descending, offset(offset), Page.of(null, limit).limit());
    }

    private static int offset(@Nullable String text) throws RefusedException {
        if (text == null) {
            return 0;
        }
        if (!text.matches("[0-9]{1,7}") || Integer.parseInt(text) > MAX_OFFSET) {
            throw new RefusedException(ErrorCode.BAD_REQUEST, "offset is a number from 0 to " + MAX_OFFSET);
        }
        return Integer.parseInt(text);
    }

    /** Whether a row with this text is wanted. */
    boolean finds(String text) {
        return search.isEmpty() || text.toLowerCase(Locale.ROOT).contains(search);
    }

    /**
     * Writes the rows, how many there are in all, and the relative reference of the next ones where there are more.
     *
     * @param name what the rows are called
     * @param found all rows that are wanted, in any order
     * @param key what rows are ordered by where nothing else decides
     * @param columns what rows can be sorted by
     * @param also further parameters of the query, see {@link Page#also}
     * @throws RefusedException when there is no such column
     */
    <T> String json(
            String name,
            List<T> found,
            Comparator<T> key,
            Map<String, Comparator<T>> columns,
            Function<? super T, String> json,
            String also)
            throws RefusedException {
        List<T> rows = new ArrayList<>(found);
        rows.sort(order(key, columns));
        int from = Math.min(offset, rows.size());
        int to = Math.min(from + limit, rows.size());
        StringJoiner entries = new StringJoiner(",", "[", "]");
        rows.subList(from, to).forEach(row -> entries.add(json.apply(row)));
        JsonObjectWriter object =
                new JsonObjectWriter(256).json(name, entries.toString()).number("total", rows.size());
        if (to < rows.size()) {
            object.string("next", next(to) + also);
        }
        return object.end();
    }

    private <T> Comparator<T> order(Comparator<T> key, Map<String, Comparator<T>> columns) throws RefusedException {
        Comparator<T> order = column.isEmpty() ? key : columns.get(column);
        if (order == null) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST,
                    "sort is one of " + String.join(", ", new TreeSet<>(columns.keySet()))
                            + ", with - before it for the" + " greatest first");
        }
        return (descending ? order.reversed() : order).thenComparing(key);
    }

    private String next(int to) {
        String sort = column.isEmpty() ? null : (descending ? "-" : "") + column;
        return "?offset=" + to + "&limit=" + limit + Page.also("sort", sort)
                + Page.also("search", search.isEmpty() ? null : search);
    }
}
