package io.kulkul.core.testkit;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Keeps tasks until a test runs them, in order, on its own thread. */
public final class ManualExecutor implements Executor {

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean refusing;

    @Override
    public void execute(Runnable task) {
        if (refusing) {
            throw new RejectedExecutionException("the test refuses tasks");
        }
        tasks.add(task);
    }

    /** From now on refuses tasks, or takes them again. */
    public void refuse(boolean now) {
        refusing = now;
    }

    /** How many tasks wait. */
    public int pending() {
        return tasks.size();
    }

    /** Runs the oldest task. */
    public void runNext() {
        tasks.remove().run();
    }

    /** Runs tasks, also those that come meanwhile, until none is left. */
    public void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
