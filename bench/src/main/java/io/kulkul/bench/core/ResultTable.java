package io.kulkul.bench.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** The results as a Markdown table: time and bytes per operation, and per delivery where an operation is many of them. */
final class ResultTable {

    private static final String HEAD = """
            | benchmark | parameters | ns per operation | ± (99.9 %) | bytes per operation | ns per delivery | bytes per delivery |
            |---|---|--:|--:|--:|--:|--:|
            """;

    private ResultTable() {}

    static String of(Collection<RunResult> results) {
        StringBuilder table = new StringBuilder(HEAD);
        results.forEach(result -> table.append(row(result)));
        return table.toString();
    }

    private static String row(RunResult result) {
        BenchmarkParams benchmark = result.getParams();
        String name = benchmark.getBenchmark().replaceFirst(".*\\.([A-Za-z]+)Benchmark\\.", "$1.");
        double nanos = result.getPrimaryResult().getScore();
        double error = result.getPrimaryResult().getScoreError();
        double bytes = bytes(result);
        String cursors = benchmark.getParam("cursors");
        double deliveries = cursors == null ? Double.NaN : Integer.parseInt(cursors);
        return "| " + name + " | " + parameters(benchmark) + " | " + number(nanos) + " | " + number(error) + " | "
                + number(bytes) + " | " + number(nanos / deliveries) + " | " + number(bytes / deliveries) + " |\n";
    }

    private static String parameters(BenchmarkParams benchmark) {
        List<String> shown = new ArrayList<>();
        for (String key : benchmark.getParamsKeys()) {
            shown.add(key + "=" + benchmark.getParam(key));
        }
        return shown.isEmpty() ? "" : "`" + String.join("` `", shown) + "`";
    }

    private static double bytes(RunResult result) {
        // Some versions put a dot before a profiler's names.
        for (String key : List.of("gc.alloc.rate.norm", "·gc.alloc.rate.norm")) {
            Result<?> found = result.getSecondaryResults().get(key);
            if (found != null) {
                return found.getScore();
            }
        }
        return Double.NaN;
    }

    /** Three digits or all before the point; empty where there is none. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        String pattern = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, pattern, value);
    }
}
