package io.kulkul.bench.growth;

import io.kulkul.load.LoadCommand;
import io.kulkul.load.LoadListener;
import io.kulkul.load.LoadResult;
import io.kulkul.load.LoadRun;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Puts a server under load by the options of the load generator, and prints what came of it. */
final class Loads {

    private final PrintStream out;

    Loads(PrintStream out) {
        this.out = out;
    }

    LoadResult run(ServerUnderLoad server, LoadListener listener, String... options)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--url", server.url(), "--token", server.token()));
        all.addAll(List.of(options));
        out.println(String.join(" ", options));
        LoadResult result = new LoadRun(LoadCommand.parse(all), listener).run();
        out.println(result.json());
        return result;
    }
}
