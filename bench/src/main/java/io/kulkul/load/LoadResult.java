package io.kulkul.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What a run has shown. Rates and latencies are of the measured time; missing, duplicate and late events of the whole run, of the connections
 * that read.
 *
 * @param connections that have subscribed
 * @param failed that could not
 * @param closed that ended during the run
 * @param connectsPerSecond connected, authenticated and subscribed
 * @param publishedPerSecond events
 * @param publisherLateMillis how far the publisher was behind its plan at most
 * @param deliveriesPerSecond arrivals of events
 * @param framesPerSecond frames that brought them
 * @param bytesPerSecond of those frames' content
 * @param expected arrivals of the whole run, if none is missing
 * @param missing of them
 * @param duplicates arrivals beyond them
 * @param late arrivals behind a later event of the same channel
 * @param gaps frames in which the server says that it left events out
 * @param latency from when an event was due to its arrivals
 * @param last from when an event was due to its last arrival
 * @param trouble the first few things that went wrong
 */
public record LoadResult(
        int connections,
        int failed,
        long closed,
        double connectsPerSecond,
        double publishedPerSecond,
        double publisherLateMillis,
        double deliveriesPerSecond,
        double framesPerSecond,
        double bytesPerSecond,
        long expected,
        long missing,
        long duplicates,
        long late,
        long gaps,
        Millis latency,
        Millis last,
        List<String> trouble) {

    public LoadResult {
        trouble = List.copyOf(trouble);
    }

    /** A distribution, in milliseconds; all 0 where nothing was recorded. */
    public record Millis(double p50, double p95, double p99, double p999, double max) {

        static Millis of(Histogram micros) {
            return new Millis(
                    micros.getValueAtPercentile(50) / 1e3,
                    micros.getValueAtPercentile(95) / 1e3,
                    micros.getValueAtPercentile(99) / 1e3,
                    micros.getValueAtPercentile(99.9) / 1e3,
                    micros.getMaxValue() / 1e3);
        }
    }

    static LoadResult of(
            LoadPlan plan,
            int connected,
            long closed,
            double connectSeconds,
            long published,
            long publisherLateNanos,
            long expected,
            long missing,
            Ledger ledger,
            Trouble trouble) {
        double seconds = plan.duration().toNanos() / 1e9;
        return new LoadResult(
                connected,
                plan.connections() - connected,
                closed,
                connected / connectSeconds,
                published / seconds,
                publisherLateNanos / 1e6,
                ledger.arrivedInTime() / seconds,
                ledger.framesInTime() / seconds,
                ledger.bytesInTime() / seconds,
                expected,
                missing,
                ledger.duplicates(),
                ledger.late(),
                ledger.gaps(),
                Millis.of(ledger.each()),
                Millis.of(ledger.last()),
                trouble.first());
    }

    /** Whether every subscriber had every event, once and in order. */
    public boolean isFlawless() {
        return failed == 0 && closed == 0 && missing == 0 && duplicates == 0 && late == 0;
    }

    /** One line of JSON. */
    public String json() {
        return String.format(
                Locale.ROOT,
                "{\"connections\":%d,\"failed\":%d,\"closed\":%d,\"connectsPerSecond\":%.0f,\"publishedPerSecond\":%.1f,"
                        + "\"publisherLateMillis\":%.3f,\"deliveriesPerSecond\":%.0f,\"framesPerSecond\":%.0f,"
                        + "\"bytesPerSecond\":%.0f,\"expected\":%d,\"missing\":%d,\"duplicates\":%d,\"late\":%d,\"gaps\":%d,"
                        + "\"latency\":%s,\"last\":%s,\"trouble\":%s}",
                connections,
                failed,
                closed,
                connectsPerSecond,
                publishedPerSecond,
                publisherLateMillis,
                deliveriesPerSecond,
                framesPerSecond,
                bytesPerSecond,
                expected,
                missing,
                duplicates,
                late,
                gaps,
                json(latency),
                json(last),
                json(trouble));
    }

    private static String json(Millis millis) {
        return String.format(
                Locale.ROOT,
                "{\"p50\":%.3f,\"p95\":%.3f,\"p99\":%.3f,\"p999\":%.3f,\"max\":%.3f}",
                millis.p50,
                millis.p95,
                millis.p99,
                millis.p999,
                millis.max);
    }

    private static String json(List<String> texts) {
        List<String> quoted = new ArrayList<>();
        for (String text : texts) {
            quoted.add('"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ") + '"');
        }
        return "[" + String.join(",", quoted) + "]";
    }

    /** For people. */
    public String table() {
        StringBuilder table = new StringBuilder();
        row(table, "connections", "%,d, failed %,d, ended early %,d", connections, failed, closed);
        row(table, "connects per second", "%,.0f", connectsPerSecond);
        row(
                table,
                "published per second",
                "%,.1f, publisher late at most %.1f ms",
                publishedPerSecond,
                publisherLateMillis);
        row(
                table,
                "deliveries per second",
                "%,.0f in %,.0f frames, %.1f MB",
                deliveriesPerSecond,
                framesPerSecond,
                bytesPerSecond / 1e6);
        row(
                table,
                "of the whole run",
                "%,d expected, %,d missing, %,d twice, %,d out of order, %,d gap frames",
                expected,
                missing,
                duplicates,
                late,
                gaps);
        table.append(String.format(
                Locale.ROOT, "%n%-24s%10s%10s%10s%10s%10s%n", "milliseconds", "p50", "p95", "p99", "p99.9", "max"));
        row(table, "due to arrival", latency);
        row(table, "due to last arrival", last);
        for (String each : trouble) {
            table.append("trouble: ").append(each).append(System.lineSeparator());
        }
        return table.toString();
    }

    private static void row(StringBuilder table, String name, String format, Object... values) {
        table.append(String.format(Locale.ROOT, "%-24s%s%n", name, String.format(Locale.ROOT, format, values)));
    }

    private static void row(StringBuilder table, String name, Millis millis) {
        table.append(String.format(
                Locale.ROOT,
                "%-24s%10.2f%10.2f%10.2f%10.2f%10.2f%n",
                name,
                millis.p50,
                millis.p95,
                millis.p99,
                millis.p999,
                millis.max));
    }
}
