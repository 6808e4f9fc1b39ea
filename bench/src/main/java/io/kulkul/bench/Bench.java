package io.kulkul.bench;

import io.kulkul.bench.core.CoreBenchmarks;
import io.kulkul.bench.growth.GrowthCommand;
import java.util.Arrays;

/** Runs what the first argument names: {@code core} or {@code growth}. */
public final class Bench {

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        String what = arguments.length == 0 ? "" : arguments[0];
        String[] rest = arguments.length == 0 ? arguments : Arrays.copyOfRange(arguments, 1, arguments.length);
        switch (what) {
            case "core" -> CoreBenchmarks.main(rest);
            case "growth" -> GrowthCommand.main(rest);
            default -> {
                System.err.println("Usage: java -jar kulkul-bench.jar core [options of JMH] | growth [options]");
                System.exit(2);
            }
        }
    }
}
