package io.kulkul.bench.core;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** All of a hub's threads in one queue, which the measured thread empties. Confined to that thread. */
final class Steps implements Executor {

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Runs tasks, also those that come meanwhile, until none is left. */
    void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
