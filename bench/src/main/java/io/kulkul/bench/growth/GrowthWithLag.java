package io.kulkul.bench.growth;

import io.kulkul.load.LoadListener;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;

/** How cost grows while some of the subscribers do not read, by how many events they are behind. */
final class GrowthWithLag {

    private static final int READING = 50;
    private static final int SLOW = 50;
    private static final int RATE = 1000;

    private final ServerUnderLoad.Place place;
    private final Loads loads;

    GrowthWithLag(ServerUnderLoad.Place place, Loads loads) {
        this.place = place;
        this.loads = loads;
    }

    /**
     * Measures.
     *
     * @param events how far behind the slow ones are in the end
     */
    Plot measure(int events, String note) throws IOException, InterruptedException, GeneralSecurityException {
        LagSamples none = measure("none slow, tail " + events, events, events, 0);
        LagSamples longTail = measure(SLOW + " slow, tail " + events, events, events, SLOW);
        LagSamples shortTail = measure(SLOW + " slow, tail 256", events, 256, SLOW);
        return new Plot(
                "Cost by lag",
                "events published since the slow subscribers stopped reading",
                false,
                List.of(
                        new Plot.Panel(
                                "µs per delivery to readers",
                                List.of(none.cpu(), longTail.cpu(), shortTail.cpu())),
                        new Plot.Panel(
                                "memory gained, MiB", List.of(none.memory(), longTail.memory(), shortTail.memory()))),
                "One channel, 1,000 events/s of 200 bytes to 50 subscribers that read. " + note);
    }

    private LagSamples measure(String name, int events, int tailSize, int slow)
            throws IOException, InterruptedException, GeneralSecurityException {
        Map<String, String> settings = Map.of(
                "kulkul.drain.duration",
                "PT0S",
                "kulkul.connection.write-timeout",
                "PT5M",
                "kulkul.namespace.lag.tail-size",
                Integer.toString(tailSize));
        try (ServerUnderLoad server = ServerUnderLoad.start(place, settings)) {
            loads.run(server, LoadListener.NONE, options("warm-up:", 0, 12));
            LagSamples samples = new LagSamples(name, server, READING, Math.max(1, events / 8));
            loads.run(server, samples, options("lag:", slow, events / RATE));
            samples.end();
            return samples;
        }
    }

    private static String[] options(String prefix, int slow, int seconds) {
        return new String[] {
            "--connections",
            Integer.toString(READING + slow),
            "--slow",
            Integer.toString(slow),
            "--prefix",
            prefix,
            "--rate",
            Integer.toString(RATE),
            "--warm-up",
            "PT0S",
            "--duration",
            "PT" + seconds + "S",
            "--drain",
            "PT2S"
        };
    }
}
