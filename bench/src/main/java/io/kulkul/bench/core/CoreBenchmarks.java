package io.kulkul.bench.core;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmarks with the allocation profiler, and writes JMH's JSON and a table in Markdown.
 *
 * <p>Takes JMH's own options; a regular expression chooses among the benchmarks, {@code -p} among their parameters.
 */
public final class CoreBenchmarks {

    private CoreBenchmarks() {}

    public static void main(String[] arguments) throws IOException, RunnerException, CommandLineOptionException {
        CommandLineOptions given = new CommandLineOptions(arguments);
        Path json = Path.of(given.getResult().orElse("core-benchmarks.json"));
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .parent(given)
                        .addProfiler(GCProfiler.class)
                        .resultFormat(ResultFormatType.JSON)
                        .result(json.toString())
                        .build())
                .run();
        String table = ResultTable.of(results);
        Path markdown = json.resolveSibling(json.getFileName().toString().replaceFirst("(\\.json)?$", ".md"));
        Files.writeString(markdown, table);
        PrintStream out = System.out;
        out.printf("%n%s%n%s and %s%n", table, json, markdown);
    }
}
