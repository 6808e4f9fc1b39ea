package io.kulkul.core.subscription;

import io.kulkul.core.eventlog.ChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A pattern of channel names.
 *
 * <p>A name consists of segments between {@code :}, {@code .} and {@code /}. A whole segment {@code *} stands for any one segment; a
 * last segment {@code *} behind a colon, and {@code *} alone, stand for whatever follows. Nothing but a pattern that begins with
 * {@code $} matches one of the hub's own channels.
 *
 * @param text the pattern as written
 */
public record ChannelPattern(String text) {

    private static final String SEPARATORS = ":./";

    /** Whether the text could be a pattern: it has a star. */
    public static boolean looksLikePattern(String text) {
        return text.indexOf('*') >= 0;
    }

    /** Whether every star is a whole segment and the rest is a valid channel name. */
    public static boolean isValid(String text) {
        if (!looksLikePattern(text) || !ChannelId.isValidName(text.replace('*', 'x'))) {
            return false;
        }
        for (int star = text.indexOf('*'); star >= 0; star = text.indexOf('*', star + 1)) {
            boolean begins = star == 0 || SEPARATORS.indexOf(text.charAt(star - 1)) >= 0;
            boolean ends = star == text.length() - 1 || SEPARATORS.indexOf(text.charAt(star + 1)) >= 0;
            if (!begins || !ends) {
                return false;
            }
        }
        return true;
    }

    /** Tells of any number of channel names whether they fit. */
    public Predicate<String> matcher() {
        PatternIndex<ChannelPattern> index = new PatternIndex<>();
        index.add("", this, this);
        return name -> !index.find(new ChannelId("", name)).isEmpty();
    }

    /**
     * Whether this pattern matches the name, or every name that the other pattern matches.
     *
     * @param other a valid name or pattern
     */
    public boolean covers(String other) {
        if (other.startsWith("$") && !text.startsWith("$")) {
            return false;
        }
        ChannelPattern pattern = new ChannelPattern(other);
        boolean otherOpen = looksLikePattern(other) && pattern.open();
        List<String> mine = steps();
        List<String> theirs = otherOpen ? pattern.steps() : steps(other);
        if (theirs.size() < mine.size()) {
            return false;
        }
        for (int i = 0; i < mine.size(); i++) {
            if (!coversStep(mine.get(i), theirs.get(i))) {
                return false;
            }
        }
        if (!open()) {
            return !otherOpen && theirs.size() == mine.size();
        }
        return mine.isEmpty()
                || (theirs.size() > mine.size() ? theirs.get(mine.size()).charAt(0) == ':' : otherOpen);
    }

    /** Whether the step is the other, or a star behind the same separator. */
    private static boolean coversStep(String step, String other) {
        boolean star = step.equals("*")
                || (step.length() == 2 && step.charAt(1) == '*' && other.startsWith(step.substring(0, 1)));
        return star || step.equals(other);
    }

    /** Whether the last segment stands for whatever follows. */
    boolean open() {
        return text.equals("*") || text.endsWith(":*");
    }

    /** The segments, each with the separator before it; without the open end. */
    List<String> steps() {
        List<String> steps = steps(text);
        return open() ? steps.subList(0, steps.size() - 1) : steps;
    }

    /** A name's segments, each but the first with the separator before it; the first is empty where a separator begins the name. */
    static List<String> steps(String name) {
        List<String> steps = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= name.length(); i++) {
            if (i == name.length() || SEPARATORS.indexOf(name.charAt(i)) >= 0) {
                steps.add(name.substring(from, i));
                from = i;
            }
        }
        return steps;
    }
}
