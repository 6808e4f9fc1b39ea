package io.kulkul.core.telemetry;

import io.kulkul.core.hub.Hub;
import io.kulkul.core.json.JsonObjectWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;

/**
 * How the instance is at one moment. What is counted is counted since the start of the hub.
 *
 * @param eventsPublished without those of the hub's own channels, such as this one
 * @param messagesSent events handed to sockets, each counted once per client
 * @param bytesSent of the frames handed to sockets
 * @param eventsOverflowed events that slow clients were not sent
 * @param gaps frames that told a client of that
 * @param eventsReplayed events of before that new subscriptions were promised
 * @param commandsRefused clients' commands that were answered by an error
 * @param deliveryP50Millis half of the deliveries of the last five to ten seconds were faster; 0 without any
 * @param deliveryP99Millis 99 of 100 were faster
 * @param busConnected whether what is sent to the other instances arrives; true where there are none
 * @param busLagMillis how long the last message to the other instances took to come back; 0 where there are none
 * @param outboxPending rows that wait in the outbox table
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
        long bytesSent,
        long connectionsOpened,
        long eventsOverflowed,
        long gaps,
        long eventsReplayed,
        long commandsRefused,
        double deliveryP50Millis,
        double deliveryP99Millis,
        boolean busConnected,
        double busLagMillis,
        long outboxPending,
        int writersBlocked,
        long heapUsedBytes,
        long heapMaxBytes,
        int threads,
        long uptimeSeconds) {

    private static final double NANOS_PER_MILLI = 1e6;

    /** Looks at the hub, its totals and the process now. */
    public static InstanceStatistics now(Hub hub, HubStatistics totals) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        double[] delivery = totals.delivery().quantilesMillis(0.5, 0.99);
        return new InstanceStatistics(
                hub.instance(),
                hub.gauges().connections(),
                hub.gauges().subscriptions(),
                hub.gauges().channels(),
                totals.eventsPublished(),
                totals.messagesSent(),
                totals.bytesSent(),
                totals.connectionsOpened(),
                totals.eventsOverflowed(),
                totals.gaps(),
                totals.eventsReplayed(),
                totals.commandsRefused(),
                delivery[0],
                delivery[1],
                !hub.bus().clustered() || hub.bus().connected(),
                hub.bus().lag().toNanos() / NANOS_PER_MILLI,
                hub.gauges().outboxPending(),
                hub.gauges().writersBlocked(),
                heap.getUsed(),
                heap.getMax(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                ManagementFactory.getRuntimeMXBean().getUptime() / 1000);
    }

    /** A JSON object with these members. */
    public String json() {
        return write(new JsonObjectWriter(640)).end();
    }

    /** Adds the members to an object. */
    public JsonObjectWriter write(JsonObjectWriter object) {
        return object.string("instance", instance)
                .number("connections", connections)
                .number("subscriptions", subscriptions)
                .number("channels", channels)
                .number("eventsPublished", eventsPublished)
                .number("messagesSent", messagesSent)
                .number("bytesSent", bytesSent)
                .number("connectionsOpened", connectionsOpened)
                .number("eventsOverflowed", eventsOverflowed)
                .number("gaps", gaps)
                .number("eventsReplayed", eventsReplayed)
                .number("commandsRefused", commandsRefused)
                .decimal("deliveryP50Millis", deliveryP50Millis)
                .decimal("deliveryP99Millis", deliveryP99Millis)
                .bool("busConnected", busConnected)
                .decimal("busLagMillis", busLagMillis)
                .number("outboxPending", outboxPending)
                .number("writersBlocked", writersBlocked)
                .number("heapUsedBytes", heapUsedBytes)
                .number("heapMaxBytes", heapMaxBytes)
                .number("threads", threads)
                .number("uptimeSeconds", uptimeSeconds);
    }
}
