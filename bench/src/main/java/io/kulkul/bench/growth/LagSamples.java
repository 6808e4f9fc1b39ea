package io.kulkul.bench.growth;

import io.kulkul.load.LoadListener;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Samples a server's cost every so many events, while publishing goes on.
 *
 * <p>On a thread of its own, because collecting garbage takes a while. What that costs the server is left out: processor time is taken from the
 * end of one collection to the beginning of the next.
 */
final class LagSamples implements LoadListener {

    private final ServerUnderLoad server;
    private final int reading;
    private final int interval;
    private final Series cpu;
    private final Series memory;
    private final Thread sampler = new Thread(this::sample, "lag samples");
    private volatile long published;
    private volatile boolean ended;
    private volatile @Nullable IOException failure;
    private double empty;

    LagSamples(String name, ServerUnderLoad server, int reading, int interval) {
        this.server = server;
        this.reading = reading;
        this.interval = interval;
        this.cpu = new Series(name);
        this.memory = new Series(name);
    }

    Series cpu() {
        return cpu;
    }

    Series memory() {
        return memory;
    }

    @Override
    public void connected() {
        try {
            empty = server.memoryAfterCollection();
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void measuring() {
        memory.add(0, 0);
        sampler.start();
    }

    @Override
    public void published(long now) {
        published = now;
    }

    private void sample() {
        try {
            double cpuFrom = server.cpuMicros();
            long from = published;
            for (long next = interval; !ended; next += interval) {
                while (published < next && !ended) {
                    TimeUnit.MILLISECONDS.sleep(1);
                }
                if (!ended) {
                    long to = published;
                    cpu.add((double) to, (server.cpuMicros() - cpuFrom) / ((double) (to - from) * reading));
                    memory.add((double) to, Math.max(0, server.memoryAfterCollection() - empty));
                    cpuFrom = server.cpuMicros();
                    from = published;
                }
            }
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void measured() {
        ended = true;
    }

    /** Ends the sampling, and says where it failed. */
    void end() throws IOException, InterruptedException {
        ended = true;
        sampler.join();
        IOException failed = failure;
        if (failed != null) {
            throw failed;
        }
    }
}
