package io.kulkul.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an expression of Prometheus reads: its metrics, written with braces or without, the labels that they are chosen by, and those that
 * it groups or matches by. Functions and operators are told from metrics as Prometheus does it: by what follows them.
 */
record PromExpression(List<Selector> selectors, List<Grouping> groupings) {

    private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'");
    private static final Pattern RANGE = Pattern.compile("\\[[^\\]]*\\]");
    private static final Pattern GROUPING =
            Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern NAME =
            Pattern.compile("(?<![a-zA-Z0-9_:.$])([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(\\{([^}]*)\\}|\\()?");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)\\s*(?:=~|!~|!=|=)");
    private static final Set<String> WORDS =
            Set.of("and", "or", "unless", "bool", "offset", "by", "without", "on", "ignoring", "inf", "nan");

    /** A metric, and the labels that its samples are chosen by. */
    record Selector(String metric, Set<String> labels) {}

    /** Labels that are grouped by, or matched by, and the metrics that have to have them. */
    record Grouping(Set<String> labels, boolean by, Set<String> metrics) {}

    static PromExpression of(String text) {
        String plain = RANGE.matcher(STRING.matcher(text).replaceAll("\"\"")).replaceAll("");
        List<Grouping> groupings = new ArrayList<>();
        for (Matcher found = GROUPING.matcher(plain); found.find(); ) {
            Set<String> labels = Stream.of(found.group(2).split(","))
                    .map(String::strip)
                    .filter(label -> !label.isEmpty())
                    .collect(Collectors.toCollection(TreeSet::new));
            boolean by = found.group(1).equals("by");
            groupings.add(new Grouping(labels, by, metrics(by ? operand(plain, found.end()) : plain)));
        }
        return new PromExpression(selectorsIn(plain), groupings);
    }

    /** What an aggregation is about: the parentheses behind its labels, or, where the labels come last, everything. */
    private static String operand(String plain, int from) {
        int begin = from;
        while (begin < plain.length() && Character.isWhitespace(plain.charAt(begin))) {
            begin++;
        }
        if (begin == plain.length() || plain.charAt(begin) != '(') {
            return plain;
        }
        int depth = 0;
        for (int i = begin; i < plain.length(); i++) {
            depth += plain.charAt(i) == '(' ? 1 : plain.charAt(i) == ')' ? -1 : 0;
            if (depth == 0) {
                return plain.substring(begin, i);
            }
        }
        return plain.substring(begin);
    }

    private static Set<String> metrics(String plain) {
        return selectorsIn(plain).stream().map(Selector::metric).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Selector> selectorsIn(String plain) {
        List<Selector> selectors = new ArrayList<>();
        Matcher found = NAME.matcher(GROUPING.matcher(plain).replaceAll(" "));
        while (found.find()) {
            boolean function = "(".equals(found.group(2));
            // "sum by (x) (…)" has lost its labels by now, and stands before its parentheses all the same.
            if (!function && !WORDS.contains(found.group(1).toLowerCase(Locale.ROOT))) {
                selectors.add(new Selector(found.group(1), labels(found.group(3))));
            }
        }
        return selectors;
    }

    private static Set<String> labels(String matchers) {
        return LABEL.matcher(matchers == null ? "" : matchers)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names of the metrics that it reads. */
    Set<String> metrics() {
        return selectors.stream().map(Selector::metric).collect(Collectors.toCollection(TreeSet::new));
    }
}
