package io.kulkul.core.channel;

import java.time.Duration;
import java.util.Objects;

/**
 * The options of one namespace's channels.
 *
 * @param name the namespace's name as configured, {@code *} for the defaults; safe as a metric's label because no client chooses it
 * @param tailSize how many events a cursor may lag behind, 1 to 1,000,000; default 256
 * @param historySize how many events are kept for replay, 0 to 1,000,000; 0 means no history and no seq on the wire; default 100
 * @param historyTtl how long an event is kept for replay, above zero; default ten minutes
 * @param log where the history is kept; default {@link Log#MEMORY}
 * @param overflow what happens to a client that lags further behind than {@code tailSize}; default {@link Overflow#DROP_OLDEST}
 * @param access who may subscribe; default {@link Access#TOKEN}
 * @param clientPublish whether clients whose token carries no publish permission may publish; default false
 * @param cache whether a new subscriber is sent the last event; default false
 */
public record NamespaceOptions(
        String name,
        int tailSize,
        int historySize,
        Duration historyTtl,
        Log log,
        Overflow overflow,
        Access access,
        boolean clientPublish,
        boolean cache) {

    /** The defaults of the namespace {@code *}. */
    public static final NamespaceOptions DEFAULTS = new NamespaceOptions(
            "*", 256, 100, Duration.ofMinutes(10), Log.MEMORY, Overflow.DROP_OLDEST, Access.TOKEN, false, false);

    /** Where a channel's history is kept. */
    public enum Log {
        /** In the instance's memory: it ends with the instance, and other instances know nothing of it. */
        MEMORY,
        /** In the database, which all instances share. */
        DATABASE
    }

    /** What happens to a client that lags further behind than the tail reaches. */
    public enum Overflow {
        /** The client gets one {@code gap} frame that names what it missed, and goes on with the oldest event there is. */
        DROP_OLDEST,
        /** The connection is closed with 4413. */
        DISCONNECT
    }

    /** Who may subscribe to the namespace's channels. */
    public enum Access {
        /** Callers with a valid token. */
        TOKEN,
        /** Everybody. */
        PUBLIC
    }

    public NamespaceOptions {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(historyTtl, "historyTtl");
        Objects.requireNonNull(log, "log");
        Objects.requireNonNull(overflow, "overflow");
        Objects.requireNonNull(access, "access");
    }

    /** Whether the events lie in the database. */
    public boolean durable() {
        return keepsHistory() && log == Log.DATABASE;
    }

    /** Whether events have positions on the wire and can be replayed. */
    public boolean keepsHistory() {
        return historySize > 0;
    }
}
