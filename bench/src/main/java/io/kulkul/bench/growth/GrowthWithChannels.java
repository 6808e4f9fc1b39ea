package io.kulkul.bench.growth;

import io.kulkul.load.LoadListener;
import io.kulkul.load.LoadResult;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;

/** How cost grows with the channels, each with ten subscribers, at the same number of events and deliveries a second. */
final class GrowthWithChannels {

    private static final int SUBSCRIBERS = 10;
    private static final int EVENTS = 2000;
    private static final int MAX_CONNECTIONS = 1000;
    private static final int SECONDS = 8;

    private final ServerUnderLoad.Place place;
    private final Loads loads;

    GrowthWithChannels(ServerUnderLoad.Place place, Loads loads) {
        this.place = place;
        this.loads = loads;
    }

    Plot measure(List<Integer> numbers, String note)
            throws IOException, InterruptedException, GeneralSecurityException {
        Series cpu = new Series("processor");
        Series memory = new Series("memory");
        Map<String, String> settings =
                Map.of("kulkul.drain.duration", "PT0S", "kulkul.connection.max-subscriptions", "100000");
        try (ServerUnderLoad server = ServerUnderLoad.start(place, settings)) {
            loads.run(server, LoadListener.NONE, options(10, 1, "warm-up:"));
            double empty = server.memoryAfterCollection();
            for (int channels : numbers) {
                Cost cost = new Cost(server);
                LoadResult result = loads.run(server, cost, options(channels, SECONDS, "of-" + channels + ":"));
                cpu.add(channels, cost.microsPerDelivery(result, SECONDS));
                memory.add(channels, cost.memoryConnected() - empty);
            }
        }
        return new Plot(
                "Cost by channels",
                "channels, each with 10 subscribers on up to 1,000 connections",
                true,
                List.of(
                        new Plot.Panel("server's processor time per delivery, µs, publishing included", List.of(cpu)),
                        new Plot.Panel("server's memory for connections and subscriptions, MiB", List.of(memory))),
                "2,000 events/s round all channels, 20,000 deliveries/s of 200 bytes. " + note);
    }

    private static String[] options(int channels, int seconds, String prefix) {
        int connections = Math.min(MAX_CONNECTIONS, channels * SUBSCRIBERS);
        return new String[] {
            "--connections", Integer.toString(connections),
            "--channels", Integer.toString(channels),
            "--subscriptions", Integer.toString(channels * SUBSCRIBERS / connections),
            "--prefix", prefix,
            "--rate", Integer.toString(EVENTS),
            "--warm-up", seconds == SECONDS ? "PT4S" : "PT10S",
            "--duration", "PT" + seconds + "S"
        };
    }
}
