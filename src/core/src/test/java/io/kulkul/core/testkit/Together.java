package io.kulkul.core.testkit;

import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.Lincheck;

/** Runs parts of a test on threads of their own, for Lincheck's model checker to order their steps. */
public final class Together {

    private Together() {}

    /**
     * Runs the scenario in so many orders of its threads' steps, chosen by Lincheck's model checker.
     *
     * <p>It runs once without the checker before, so that loading classes is no part of any order: that can take longer than the checker
     * waits for one.
     */
    public static void inManyOrders(int orders, Runnable scenario) {
        scenario.run();
        Lincheck.runConcurrentTest(orders, scenario);
    }

    /** Runs all parts at the same time, waits for them, and fails as the one that fails. */
    public static void run(Runnable... parts) {
        Thread[] threads = new Thread[parts.length];
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int i = 0; i < parts.length; i++) {
            threads[i] = new Thread(parts[i]);
            threads[i].setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
            threads[i].start();
        }
        for (Thread thread : threads) {
            join(thread);
        }
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new AssertionError(thrown);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Fails unless the condition holds. */
    public static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
