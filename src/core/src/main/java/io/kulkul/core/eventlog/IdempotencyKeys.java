package io.kulkul.core.eventlog;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Remembers for a while which event was published under which key in one channel. Guarded by the channels' lock. */
public final class IdempotencyKeys {

    /** How long a key is remembered. */
    public static final Duration LIFETIME = Duration.ofMinutes(5);

    private final Map<String, Event> events = new LinkedHashMap<>();

    /** The event that was published under the key, or null. */
    public @Nullable Event find(String key, long now) {
        expire(now);
        return events.get(key);
    }

    /** Remembers the event from its own time on. */
    public void remember(String key, Event event) {
        events.put(key, event);
    }

    /**
     * Forgets what has had its time.
     *
     * @return whether nothing is remembered any more
     */
    public boolean expire(long now) {
        Iterator<Event> oldestFirst = events.values().iterator();
        while (oldestFirst.hasNext()) {
            if (oldestFirst.next().timestamp() > now - LIFETIME.toMillis()) {
                return false;
            }
            oldestFirst.remove();
        }
        return true;
    }
}
