package io.kulkul.core.bus;

import java.util.List;

/**
 * What the other instances answered to a question.
 *
 * @param given in the order in which they came
 * @param unanswered the names of the instances that have not answered in time
 * @param <A> an answer
 */
public record Answers<A>(List<A> given, List<String> unanswered) {

    public Answers {
        given = List.copyOf(given);
        unanswered = List.copyOf(unanswered);
    }
}
