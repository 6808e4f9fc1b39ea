package io.kulkul.core.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/**
 * Runs a scenario once for every possible order of its steps: wherever the scenario asks which of its steps comes next, each answer is
 * tried in a run of its own.
 */
public final class Schedules {

    private final List<Integer> answers = new ArrayList<>();
    private final List<Integer> choices = new ArrayList<>();
    private int asked;

    private Schedules() {}

    /**
     * Runs the scenario for every order.
     *
     * @param scenario asks its argument, given how many steps are possible, which one comes next
     * @return how many runs there were
     */
    public static int tryAll(Consumer<IntUnaryOperator> scenario) {
        Schedules schedules = new Schedules();
        int runs = 0;
        do {
            schedules.asked = 0;
            try {
                scenario.accept(schedules::choose);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "schedule " + schedules.answers + " after " + runs + " others: " + e.getMessage(), e);
            }
            runs++;
        } while (schedules.next());
        return runs;
    }

    private int choose(int possible) {
        if (asked == answers.size()) {
            answers.add(0);
            choices.add(possible);
        }
        return answers.get(asked++);
    }

    /** Moves on to the next order; false after the last one. */
    private boolean next() {
        int last = answers.size() - 1;
        while (last >= 0 && answers.get(last) + 1 == choices.get(last)) {
            answers.remove(last);
            choices.remove(last);
            last--;
        }
        if (last >= 0) {
            answers.set(last, answers.get(last) + 1);
        }
        return last >= 0;
    }
}
