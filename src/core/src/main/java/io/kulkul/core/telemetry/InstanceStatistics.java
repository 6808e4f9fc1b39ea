package io.kulkul.core.telemetry;

import io.kulkul.core.hub.Hub;
import io.kulkul.core.json.JsonObjectWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;

/**
 * How the instance is at one moment.
 *
 * @param eventsPublished since the start
 * @param messagesSent events handed to sockets since the start, each counted once per client
 * @param uptimeSeconds since the start of the server's process
 * @param threads live threads of the whole process
 */
public record InstanceStatistics(
        String instance,
        int connections,
        int subscriptions,
        int channels,
        long eventsPublished,
        long messagesSent,
        int writersBlocked,
        long heapUsedBytes,
        long heapMaxBytes,
        int threads,
        long uptimeSeconds) {

    /** Looks at the hub, its totals and the process now. */
    public static InstanceStatistics now(Hub hub, HubStatistics totals) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return new InstanceStatistics(
                hub.instance(),
                hub.gauges().connections(),
                hub.gauges().subscriptions(),
                hub.gauges().channels(),
                totals.eventsPublished(),
                totals.messagesSent(),
                hub.gauges().writersBlocked(),
                heap.getUsed(),
                heap.getMax(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                ManagementFactory.getRuntimeMXBean().getUptime() / 1000);
    }

    /** A JSON object with these members. */
    public String json() {
        return write(new JsonObjectWriter(320)).end();
    }

    /** Adds the members to an object. */
    public JsonObjectWriter write(JsonObjectWriter object) {
        return object.string("instance", instance)
                .number("connections", connections)
                .number("subscriptions", subscriptions)
                .number("channels", channels)
                .number("eventsPublished", eventsPublished)
                .number("messagesSent", messagesSent)
                .number("writersBlocked", writersBlocked)
                .number("heapUsedBytes", heapUsedBytes)
                .number("heapMaxBytes", heapMaxBytes)
                .number("threads", threads)
                .number("uptimeSeconds", uptimeSeconds);
    }
}
