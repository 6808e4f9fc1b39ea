package io.kulkul.bench.growth;

import io.kulkul.load.LoadListener;
import io.kulkul.load.LoadResult;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Reads a server's processor time and memory at the right moments of a run. Confined to the run's thread. */
final class Cost implements LoadListener {

    private final ServerUnderLoad server;
    private double memoryConnected;
    private double cpuBefore;
    private double cpuAfter;

    Cost(ServerUnderLoad server) {
        this.server = server;
    }

    @Override
    public void connected() {
        try {
            memoryConnected = server.memoryAfterCollection();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void measuring() {
        cpuBefore = cpu();
    }

    @Override
    public void measured() {
        cpuAfter = cpu();
    }

    private double cpu() {
        try {
            return server.cpuMicros();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of the server, with all connections open and nothing published yet, in MiB. */
    double memoryConnected() {
        return memoryConnected;
    }

    /** The server's processor time per delivery, in microseconds. */
    double microsPerDelivery(LoadResult result, double seconds) {
        return (cpuAfter - cpuBefore) / (result.deliveriesPerSecond() * seconds);
    }
}
