package io.kulkul.bench.growth;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program: measures what is asked for, and writes a plot and a table of its values for each. */
@Command(
        name = "growth",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Starts servers, measures how their cost grows, and draws it. Linux only.")
public final class GrowthCommand implements Callable<Integer> {

    /** The plots there are. */
    enum Kind {
        CONNECTIONS,
        CHANNELS,
        LAG
    }

    @Spec
    CommandSpec spec;

    @Option(names = "--liberty", paramLabel = "DIR", defaultValue = "target/liberty/wlp", description = "Open Liberty.")
    Path liberty;

    @Option(
            names = "--servers",
            paramLabel = "DIR",
            defaultValue = "bench/target/servers",
            description = "Liberty's user directory with the server kulkulBench.")
    Path servers;

    @Option(names = "--ear", paramLabel = "FILE", defaultValue = "ear/target/kulkul.ear", description = "The gateway.")
    Path ear;

    @Option(
            names = "--java",
            paramLabel = "DIR",
            description = "The JDK that runs the servers. Default: the one that runs this.")
    Path javaHome = Path.of(System.getProperty("java.home"));

    @Option(
            names = "--plots",
            split = ",",
            paramLabel = "PLOT",
            defaultValue = "connections,channels,lag",
            description = "connections, channels, lag. Default: all")
    List<Kind> plots;

    @Option(
            names = "--connections",
            split = ",",
            paramLabel = "N",
            defaultValue = "1000,2500,5000,7500,10000",
            description = "Default: ${DEFAULT-VALUE}")
    List<Integer> connections;

    @Option(
            names = "--channels",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,10,100,1000,10000,100000",
            description = "Default: ${DEFAULT-VALUE}")
    List<Integer> channels;

    @Option(names = "--lag", paramLabel = "N", defaultValue = "24000", description = "Default: ${DEFAULT-VALUE}")
    int lag;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            defaultValue = "docs/performance",
            description = "Where the files go. Default: ${DEFAULT-VALUE}")
    Path directory;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new GrowthCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (!Files.isRegularFile(ear) || !Files.isDirectory(liberty)) {
            throw new ParameterException(
                    spec.commandLine(), "there is no " + ear + " or no " + liberty + ": mvn -Pbench,growth makes both");
        }
        PrintStream out = System.out;
        ServerUnderLoad.Place place = new ServerUnderLoad.Place(liberty, servers, ear, javaHome);
        Loads loads = new Loads(out);
        String note = note();
        Files.createDirectories(directory);
        for (Kind kind : plots) {
            Plot plot = switch (kind) {
                case CONNECTIONS -> new GrowthWithConnections(place, loads).measure(connections, note);
                case CHANNELS -> new GrowthWithChannels(place, loads).measure(channels, note);
                case LAG -> new GrowthWithLag(place, loads).measure(lag, note);
            };
            String name = kind.name().toLowerCase(java.util.Locale.ROOT);
            Files.writeString(directory.resolve(name + ".svg"), plot.svg());
            Files.writeString(directory.resolve(name + ".csv"), plot.csv());
            out.println(plot.csv());
        }
        return 0;
    }

    private String note() throws Exception {
        String release = Files.readString(javaHome.resolve("release"));
        String version = release.replaceFirst("(?s).*JAVA_VERSION=\"([^\"]+)\".*", "$1");
        return "JDK " + version + ", " + Runtime.getRuntime().availableProcessors() + " processors, "
                + LocalDate.now(java.time.ZoneOffset.UTC);
    }
}
