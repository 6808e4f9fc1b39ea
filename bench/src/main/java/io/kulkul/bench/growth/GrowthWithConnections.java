package io.kulkul.bench.growth;

import io.kulkul.load.LoadListener;
import io.kulkul.load.LoadResult;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;

/** How cost grows with the connections to one channel, at the same number of deliveries a second. */
final class GrowthWithConnections {

    private static final int DELIVERIES = 50_000;
    private static final int SECONDS = 8;

    private final ServerUnderLoad.Place place;
    private final Loads loads;

    GrowthWithConnections(ServerUnderLoad.Place place, Loads loads) {
        this.place = place;
        this.loads = loads;
    }

    Plot measure(List<Integer> numbers, String note)
            throws IOException, InterruptedException, GeneralSecurityException {
        Series single = new Series("processor");
        Series memory = new Series("memory");
        try (ServerUnderLoad server = ServerUnderLoad.start(place, Map.of("kulkul.drain.duration", "PT0S"))) {
            // Few connections: what they leave behind is not to be taken for the empty server's.
            loads.run(server, LoadListener.NONE, options(100, 1));
            double empty = server.memoryAfterCollection();
            for (int connections : numbers) {
                Cost cost = new Cost(server);
                LoadResult result = loads.run(server, cost, options(connections, SECONDS));
                single.add(connections, cost.microsPerDelivery(result, SECONDS));
                memory.add(connections, cost.memoryConnected() - empty);
            }
        }
        return new Plot(
                "Cost by connections",
                "connections, all subscribed to one channel",
                false,
                List.of(
                        new Plot.Panel("server's processor time per delivery, µs", List.of(single)),
                        new Plot.Panel("server's memory for the idle connections, MiB", List.of(memory))),
                "50,000 deliveries/s of 200 bytes, single frames. " + note);
    }

    private static String[] options(int connections, int seconds) {
        return new String[] {
            "--connections",
            Integer.toString(connections),
            "--rate",
            Double.toString((double) DELIVERIES / connections),
            "--warm-up",
            seconds == SECONDS ? "PT4S" : "PT10S",
            "--duration",
            "PT" + seconds + "S"
        };
    }
}
