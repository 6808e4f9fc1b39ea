package io.kulkul.core.bus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts together what another instance sends in several notices, each with its {@code part}, counted from 0, and the {@code last} one marked.
 * Guarded by its owner's lock.
 *
 * @param <T> what the parts consist of
 */
public final class Parts<T> {

    private final Map<String, Arriving<T>> arriving = new HashMap<>();

    /**
     * Takes a part.
     *
     * @return whether the whole has arrived, which {@link #take} returns; a whole of which a part was lost never arrives
     */
    public boolean add(String incarnation, long part, boolean last, List<T> content) {
        Arriving<T> so = part == 0 ? new Arriving<>() : arriving.get(incarnation);
        if (so == null || so.parts != part) {
            arriving.remove(incarnation);
            return false;
        }
        so.parts++;
        so.content.addAll(content);
        arriving.put(incarnation, so);
        return last;
    }

    /** The whole. */
    public List<T> take(String incarnation) {
        Arriving<T> all = arriving.remove(incarnation);
        return all == null ? List.of() : all.content;
    }

    /** Nothing more will come from this instance. */
    public void forget(String incarnation) {
        arriving.remove(incarnation);
    }

    private static final class Arriving<T> {
        private final List<T> content = new ArrayList<>();
        private long parts;
    }
}
