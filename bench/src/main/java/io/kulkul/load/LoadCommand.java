package io.kulkul.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program: reads its options, runs, and prints what came of it. */
@Command(
        name = "kulkul-load",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        version = "kulkul-load 0.1.0-SNAPSHOT",
        description =
                "Puts a Kulkul server under load and checks that every subscriber gets every event once and in order.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every event came once and in order",
            "1:the run was not possible",
            "2:an option is wrong",
            "3:connections failed, or events are missing, came twice or out of order"
        })
public final class LoadCommand implements Callable<Integer> {

    private static final int MAX_CONNECTIONS = 25_000;
    private static final int MAX_CHANNELS = 1_000_000;
    private static final long MAX_SUBSCRIPTIONS = 5_000_000;
    private static final int FLAWED = 3;

    @Spec
    CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "ws://localhost:9080/ws",
            description = "The server's WebSocket endpoint. Default: ${DEFAULT-VALUE}")
    String url;

    @Option(names = "--allow-remote", description = "Lets the server be another machine than this.")
    boolean allowRemote;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "The token of all connections. One with the permission admin has no limits.")
    @Nullable
    String token;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file with a token in each line, which the connections take in turn.")
    @Nullable
    Path tokenFile;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many connections subscribe, 1 to 25000. Default: ${DEFAULT-VALUE}")
    int connections;

    @Option(
            names = "--slow",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many of them stop reading once they have subscribed. Default: ${DEFAULT-VALUE}")
    int slow;

    @Option(
            names = "--channels",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many channels, 1 to 1000000. Default: ${DEFAULT-VALUE}")
    int channels;

    @Option(
            names = "--subscriptions",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many channels each connection subscribes to. Default: ${DEFAULT-VALUE}")
    int subscriptions;

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            defaultValue = "load:",
            description = "What stands before the number in a channel's name. Default: ${DEFAULT-VALUE}")
    String prefix;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "10",
            description =
                    "Events per second, in all channels together; 0: as many as the subscribers take. Default: ${DEFAULT-VALUE}")
    double rate;

    @Option(
            names = "--window",
            paramLabel = "N",
            defaultValue = "32",
            description = "With --rate 0: how many events may be under way. Default: ${DEFAULT-VALUE}")
    int window;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "200",
            description = "Of a payload, 44 to 1000000. Default: ${DEFAULT-VALUE}")
    int size;

    @Option(
            names = "--payload",
            paramLabel = "KIND",
            defaultValue = "text",
            description = "text: a JSON string; json: an object of many members. Default: ${DEFAULT-VALUE}")
    Payload payload;

    @Option(names = "--batch", description = "The subscribers take arrays of frames (kulkul.v1+batch).")
    boolean batch;

    @Option(
            names = "--flush",
            paramLabel = "MILLIS",
            defaultValue = "0",
            description =
                    "With --batch: for how long the server may wait to fill one, 0 to 1000. Default: ${DEFAULT-VALUE}")
    int flush;

    @Option(
            names = "--publish",
            paramLabel = "HOW",
            defaultValue = "websocket",
            description = "websocket, or rest: one request of NDJSON without end. Default: ${DEFAULT-VALUE}")
    LoadPlan.Publishing publishing;

    @Option(
            names = "--rest-path",
            paramLabel = "PATH",
            defaultValue = "/api/events",
            description = "With --publish rest: where. Default: ${DEFAULT-VALUE}")
    String restPath;

    @Option(
            names = "--connect-rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Connections begun per second; 0: as many as the server takes. Default: ${DEFAULT-VALUE}")
    int connectRate;

    @Option(
            names = "--connecting",
            paramLabel = "N",
            defaultValue = "200",
            description = "How many connections may be under way at a time. Default: ${DEFAULT-VALUE}")
    int connecting;

    @Option(
            names = "--hold",
            paramLabel = "TIME",
            defaultValue = "PT1S",
            description = "Between the last connection and the first event. Default: ${DEFAULT-VALUE}")
    Duration hold;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "PT3S",
            description = "Publishing that is not measured. Default: ${DEFAULT-VALUE}")
    Duration warmUp;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "PT10S",
            description = "The measured time, at most PT1H. Default: ${DEFAULT-VALUE}")
    Duration duration;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            defaultValue = "PT5S",
            description = "How long the last events are waited for at most. Default: ${DEFAULT-VALUE}")
    Duration drain;

    @Option(
            names = "--nap",
            paramLabel = "MICROS",
            defaultValue = "200",
            description =
                    "How long a reading thread rests between two looks, which is the least latency there is; 0: it is"
                            + " woken for each. Default: ${DEFAULT-VALUE}")
    int nap;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many threads read, 1 to 64. Default: ${DEFAULT-VALUE}")
    int threads;

    @Option(names = "--json", description = "Prints one line of JSON and nothing else.")
    boolean json;

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /**
     * What the options say, without running it.
     *
     * @throws ParameterException where one is wrong; its message says which
     */
    public static LoadPlan parse(List<String> options) {
        LoadCommand command = new LoadCommand();
        new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(options.toArray(String[]::new));
        return command.plan();
    }

    static CommandLine commandLine() {
        return new CommandLine(new LoadCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr()
                            .println(command.getColorScheme().errorText("kulkul-load: " + failure.getMessage()));
                    return command.getCommandSpec().exitCodeOnExecutionException();
                });
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        LoadResult result = new LoadRun(plan(), LoadListener.NONE).run();
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? result.json() : result.table() + System.lineSeparator() + result.json());
        out.flush();
        return result.isFlawless() ? 0 : FLAWED;
    }

    /** What the options say. */
    LoadPlan plan() {
        range("--connections", connections, 1, MAX_CONNECTIONS);
        range("--slow", slow, 0, connections - 1);
        range("--channels", channels, 1, MAX_CHANNELS);
        range("--subscriptions", subscriptions, 1, channels);
        range("--connections times --subscriptions", (long) connections * subscriptions, 1, MAX_SUBSCRIPTIONS);
        range("--rate", (long) Math.ceil(rate), 0, 1_000_000);
        range("--window", window, 1, 100_000);
        range("--size", size, Marker.LENGTH, 1_000_000);
        range("--flush", flush, 0, 1000);
        range("--connect-rate", connectRate, 0, 100_000);
        range("--connecting", connecting, 1, MAX_CONNECTIONS);
        range("--nap", nap, 0, 100_000);
        range("--threads", threads, 1, 64);
        range("--hold", hold, Duration.ZERO, Duration.ofMinutes(10));
        range("--warm-up", warmUp, Duration.ZERO, Duration.ofMinutes(10));
        range("--duration", duration, Duration.ofMillis(100), Duration.ofHours(1));
        range("--drain", drain, Duration.ZERO, Duration.ofMinutes(5));
        if (flush > 0 && !batch) {
            throw wrong("--flush needs --batch");
        }
        if (!prefix.matches("[A-Za-z0-9_.:/-]{0,200}")) {
            throw wrong("--prefix is at most 200 of A-Z a-z 0-9 _ . : / -");
        }
        Target target = target();
        return new LoadPlan(
                flush > 0 ? target.with("flush", flush) : target,
                tokens(),
                connections,
                slow,
                channels,
                subscriptions,
                prefix,
                rate,
                window,
                size,
                payload,
                batch,
                flush,
                publishing,
                target.at(restPath),
                connectRate,
                connecting,
                hold,
                warmUp,
                duration,
                drain,
                nap,
                threads);
    }

    private Target target() {
        try {
            return Target.of(url, allowRemote);
        } catch (IllegalArgumentException e) {
            throw wrong("--url: " + e.getMessage());
        }
    }

    private List<String> tokens() {
        if (token != null && tokenFile != null) {
            throw wrong("--token and --token-file cannot both be given");
        }
        if (tokenFile == null) {
            return token == null ? List.of() : List.of(token);
        }
        try {
            List<String> tokens = new ArrayList<>(Files.readAllLines(tokenFile));
            tokens.removeIf(String::isBlank);
            if (tokens.isEmpty()) {
                throw wrong("--token-file: " + tokenFile + " holds no token");
            }
            return tokens;
        } catch (IOException e) {
            throw wrong("--token-file: cannot read " + e.getMessage());
        }
    }

    private void range(String option, long value, long from, long to) {
        if (value < from || value > to) {
            throw wrong(option + " is " + from + " to " + to + ", not " + value);
        }
    }

    private void range(String option, Duration value, Duration from, Duration to) {
        if (value.compareTo(from) < 0 || value.compareTo(to) > 0) {
            throw wrong(option + " is " + from + " to " + to + ", not " + value);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
