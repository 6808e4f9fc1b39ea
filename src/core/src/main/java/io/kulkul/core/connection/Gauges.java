package io.kulkul.core.connection;

/** What there is in the hub at this moment. Each value is counted when it is asked for, by any thread. */
public interface Gauges {

    int connections();

    /** Above how many connections new ones are refused. */
    int maxConnections();

    int subscriptions();

    int channels();

    /** How many connections have been writing one frame for longer than a second: their clients read slowly, or not at all. */
    int writersBlocked();

    /** How many rows waited in the outbox when they were last counted; 0 without a database. */
    long outboxPending();
}
