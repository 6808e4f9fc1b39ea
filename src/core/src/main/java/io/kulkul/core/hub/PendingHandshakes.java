package io.kulkul.core.hub;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The clients that have shown neither a token nor an interest in something public. Where there are too many, the one that has had the
 * longest time to do so makes room, so that whoever means it always gets in. Thread-safe.
 */
final class PendingHandshakes {

    private final int max;
    private final Set<Client> pending = new LinkedHashSet<>();

    PendingHandshakes(int max) {
        this.max = max;
    }

    /**
     * Adds a client.
     *
     * @return the client that makes room for it, or null
     */
    @Nullable
    Client add(Client client) {
        synchronized (pending) {
            pending.add(client);
            if (pending.size() <= max) {
                return null;
            }
            Iterator<Client> oldestFirst = pending.iterator();
            Client oldest = oldestFirst.next();
            oldestFirst.remove();
            return oldest;
        }
    }

    void remove(Client client) {
        synchronized (pending) {
            pending.remove(client);
        }
    }

    int count() {
        synchronized (pending) {
            return pending.size();
        }
    }
}
