package io.kulkul.core.hub;

import java.util.List;
import java.util.stream.Stream;

/**
 * What came of an operator's command.
 *
 * @param result the strongest of the instances'
 * @param count how many connections or subscriptions it was about, on all instances together
 * @param unanswered the names of the instances that have not told in time
 */
public record Outcome(Result result, int count, List<String> unanswered) {

    /** What an instance did; the later one is the stronger. */
    public enum Result {
        /** Nothing: it does not have what the command is about. */
        NONE,
        DONE,
        /** It cannot: it remembers too many revocations already. */
        REFUSED
    }

    public Outcome {
        unanswered = List.copyOf(unanswered);
    }

    static Outcome here(Result result, int count) {
        return new Outcome(result, count, List.of());
    }

    /** This and another instance's together. */
    Outcome with(Outcome other) {
        return new Outcome(
                result.compareTo(other.result) > 0 ? result : other.result,
                count + other.count,
                Stream.concat(unanswered.stream(), other.unanswered.stream()).toList());
    }
}
