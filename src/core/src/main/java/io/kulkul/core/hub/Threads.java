package io.kulkul.core.hub;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The threads that the hub works on.
 *
 * @param dispatcher runs the fan-out, which is one task at a time; at least one thread
 * @param writers run the connections' writing, which never waits
 * @param closers run what may wait seconds for a client that does not read: closing; a few threads
 * @param authorizers run the application's rules, which may wait; several threads
 * @param readers run what waits for the database; several threads
 * @param log run what the instance itself does with the database: commits above all; a few threads, for which no client's wish has to wait
 * @param timer runs short periodic tasks
 */
public record Threads(
        Executor dispatcher,
        Executor writers,
        Executor closers,
        Executor authorizers,
        Executor readers,
        Executor log,
        ScheduledExecutorService timer) {}
