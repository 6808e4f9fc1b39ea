package io.kulkul.core.connection;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Counts each user's connections: those of this instance, and those of the others as far as they have told. Thread-safe.
 *
 * <p>Between instances the count is right after a moment only: of two connects at the same time on two instances, both may be let in although
 * there was room for one.
 *
 * <p>A user stands here as the tenant's name, a line feed and the user's name.
 */
public final class UserCounts {

    private final Runnable changed;
    private final boolean shared;

    /** Guarded by {@code this}, as are the others. */
    private final Map<String, Integer> here = new HashMap<>();

    /** By the other instance's incarnation. */
    private final Map<String, Map<String, Integer>> elsewhere = new HashMap<>();

    /** Whose count the others have not been told. */
    private Set<String> untold = new HashSet<>();

    /**
     * Begins without anybody.
     *
     * @param shared whether there are other instances to be told
     * @param changed is called when there is something to tell, and not again before {@link #takeChanges}; by any thread, must not wait
     */
    public UserCounts(boolean shared, Runnable changed) {
        this.shared = shared;
        this.changed = changed;
    }

    /**
     * Counts a connection among its user's, unless there are too many.
     *
     * @param max how many there may be on all instances together
     * @return whether there was room
     */
    public boolean admit(String user, int max) {
        boolean tell;
        synchronized (this) {
            int now = here.getOrDefault(user, 0);
            if (now + elsewhere(user) >= max) {
                return false;
            }
            here.put(user, now + 1);
            tell = note(user);
        }
        tell(tell);
        return true;
    }

    /** Counts an admitted connection out again. */
    public void leave(String user) {
        boolean tell;
        synchronized (this) {
            here.computeIfPresent(user, (key, now) -> now == 1 ? null : now - 1);
            tell = note(user);
        }
        tell(tell);
    }

    private int elsewhere(String user) {
        int sum = 0;
        for (Map<String, Integer> counts : elsewhere.values()) {
            sum += counts.getOrDefault(user, 0);
        }
        return sum;
    }

    private boolean note(String user) {
        boolean first = untold.isEmpty();
        return shared && untold.add(user) && first;
    }

    private void tell(boolean now) {
        if (now) {
            changed.run();
        }
    }

    /** The counts here that have changed since the last call; 0 for a user who has no connection any more. */
    public synchronized Map<String, Integer> takeChanges() {
        Map<String, Integer> changes = new HashMap<>();
        untold.forEach(user -> changes.put(user, here.getOrDefault(user, 0)));
        untold = new HashSet<>();
        return changes;
    }

    /** All counts of this instance. */
    public synchronized Map<String, Integer> all() {
        return Map.copyOf(here);
    }

    /** Takes all counts of another instance, in place of what it told before. */
    public synchronized void replace(String incarnation, Map<String, Integer> counts) {
        elsewhere.put(incarnation, new HashMap<>());
        update(incarnation, counts);
    }

    /** Takes those counts of another instance that have changed. */
    public synchronized void update(String incarnation, Map<String, Integer> changes) {
        Map<String, Integer> counts = elsewhere.computeIfAbsent(incarnation, name -> new HashMap<>());
        changes.forEach((user, count) -> {
            if (count == 0) {
                counts.remove(user);
            } else {
                counts.put(user, count);
            }
        });
    }

    /** The other instance's connections count no longer. */
    public synchronized void forget(String incarnation) {
        elsewhere.remove(incarnation);
    }
}
