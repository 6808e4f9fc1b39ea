package io.kulkul.core.eventlog;

import io.kulkul.core.testkit.Together;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.h2.jdbcx.JdbcConnectionPool;

/**
 * Measures how many events a second the database log takes, at 1, 10 and 1,000 channels, with commits that reach the disk. Not a test.
 *
 * <p>Arguments: seconds per measurement, events per batch, appending threads (each an instance of its own).
 */
final class DurableLogRate {

    private static final String PAYLOAD = "{\"order\":4711,\"state\":\"shipped\",\"text\":\"" + "x".repeat(150) + "\"}";

    private DurableLogRate() {}

    public static void main(String[] args) throws Exception {
        int seconds = Integer.parseInt(args[0]);
        int batch = Integer.parseInt(args[1]);
        int threads = Integer.parseInt(args[2]);
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                // The test library switches it off.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("shared_buffers", "256MB")
                .setServerConfig("max_wal_size", "2GB")
                .start()) {
            JdbcConnectionPool pool = PostgresServer.pool(server.getPort());
            pool.setMaxConnections(20);
            for (int channels : new int[] {1, 10, 1000}) {
                measure(pool, channels, seconds, batch, threads, System.out);
            }
            pool.dispose();
        }
    }

    private static void measure(
            JdbcConnectionPool pool, int channels, int seconds, int batch, int threads, PrintStream out)
            throws Exception {
        EventIds ids = new EventIds(Clock.systemUTC(), new Random(1));
        List<JdbcEventLog> instances = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            instances.add(JdbcEventLog.open(
                    pool,
                    Runnable::run,
                    channel -> new LogOptions(new Retention(100, Duration.ofMinutes(10)), true),
                    ids::next,
                    Clock.systemUTC()));
        }
        AtomicLong events = new AtomicLong();
        List<long[]> latencies = new ArrayList<>();
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        long warm = System.nanoTime() + Duration.ofSeconds(seconds).toNanos() / 4;
        Together.run(IntStream.range(0, threads)
                .mapToObj(thread -> (Runnable) () -> {
                    long[] mine = append(instances.get(thread), ids, thread, channels, batch, warm, end, events);
                    synchronized (latencies) {
                        latencies.add(mine);
                    }
                })
                .toArray(Runnable[]::new));
        long[] all = latencies.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        double measured = seconds * 0.75;
        out.printf(
                "%5d channels, %d threads, batches of %d: %,.0f events/s, append p50 %.1f ms, p99 %.1f ms%n",
                channels,
                threads,
                batch,
                events.get() / measured,
                all[all.length / 2] / 1e6,
                all[(int) (all.length * 0.99)] / 1e6);
        JdbcEventLog later = JdbcEventLog.open(
                pool,
                Runnable::run,
                channel -> new LogOptions(new Retention(100, Duration.ofMinutes(10)), true),
                ids::next,
                Clock.offset(Clock.systemUTC(), Duration.ofHours(1)));
        long began = System.nanoTime();
        int discarded = later.discard(Integer.MAX_VALUE);
        out.printf("      discard: %,d events in %.0f ms%n", discarded, (System.nanoTime() - began) / 1e6);
    }

    private static long[] append(
            JdbcEventLog log,
            EventIds ids,
            int thread,
            int channels,
            int batch,
            long warm,
            long end,
            AtomicLong events) {
        Random random = new Random(thread);
        List<Long> nanos = new ArrayList<>();
        try {
            for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
                List<Draft> drafts = IntStream.range(0, batch)
                        .mapToObj(i -> new Draft(
                                new ChannelId("", "rate:" + random.nextInt(channels)),
                                "order.shipped",
                                PAYLOAD,
                                ids.next(),
                                null,
                                null,
                                "alice"))
                        .toList();
                long began = System.nanoTime();
                log.append(drafts, false);
                if (began > warm) {
                    events.addAndGet(batch);
                    nanos.add(System.nanoTime() - began);
                }
            }
        } catch (LogUnavailableException e) {
            throw new AssertionError(e);
        }
        return nanos.stream().mapToLong(Long::longValue).toArray();
    }
}
