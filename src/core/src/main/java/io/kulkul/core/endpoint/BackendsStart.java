package io.kulkul.core.endpoint;

import io.kulkul.core.bus.EventBus;
import io.kulkul.core.channel.NamespaceOptions;
import io.kulkul.core.channel.Namespaces;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.DatabaseResources;
import io.kulkul.core.eventlog.DurableLog;
import io.kulkul.core.eventlog.EventIds;
import io.kulkul.core.eventlog.LogOptions;
import io.kulkul.core.eventlog.Retention;
import io.kulkul.core.hub.Backends;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Brings together what the settings ask for and what the server has, and stops the start where the two do not fit. */
final class BackendsStart {

    private BackendsStart() {}

    /**
     * What the hub gets.
     *
     * @throws IllegalStateException where a namespace asks for a database that is not there, or keeps its history where the other instances do
     *     not find it
     */
    static Backends open(Namespaces namespaces, EventBus bus, DatabaseResources database) {
        check(namespaces.all(), bus.clustered(), database.present());
        return new Backends(bus, log(namespaces, database));
    }

    private static @Nullable DurableLog log(Namespaces namespaces, DatabaseResources database) {
        if (namespaces.all().stream().noneMatch(NamespaceOptions::durable)) {
            return null;
        }
        return database.open(
                channel -> options(namespaces, channel),
                new EventIds(Clock.systemUTC(), new SecureRandom())::next,
                Clock.systemUTC());
    }

    private static LogOptions options(Namespaces namespaces, ChannelId channel) {
        NamespaceOptions options = namespaces.of(channel.namespace());
        return new LogOptions(
                new Retention(options.historySize(), options.historyTtl()), options.durable() && !channel.reserved());
    }

    static void check(List<NamespaceOptions> namespaces, boolean clustered, boolean database) {
        List<String> durable = names(namespaces.stream().filter(NamespaceOptions::durable));
        if (!database && !durable.isEmpty()) {
            throw new IllegalStateException("KULKUL0112E " + keys(durable, "log")
                    + "=database needs a data source " + DatabaseResources.DATA_SOURCE
                    + ": configure one in the server (docs/cluster.md), or set log=memory");
        }
        List<String> lost = names(
                namespaces.stream().filter(options -> options.keepsHistory() && !options.durable() && !isOwn(options)));
        if (clustered && !lost.isEmpty()) {
            throw new IllegalStateException(
                    "KULKUL0113E there is jms/kulkul/ConnectionFactory, so that this is one of several instances,"
                            + " but the history of the namespaces " + String.join(", ", lost)
                            + " would be in this instance's memory alone. Set " + keys(lost, "log")
                            + "=database and configure a data source " + DatabaseResources.DATA_SOURCE
                            + " (docs/cluster.md), or set " + keys(lost, "history-size") + "=0");
        }
    }

    /** The hub's own namespaces are the instance's, in a cluster too. */
    private static boolean isOwn(NamespaceOptions options) {
        return options.name().startsWith("$");
    }

    private static List<String> names(Stream<NamespaceOptions> namespaces) {
        return namespaces.map(NamespaceOptions::name).sorted().toList();
    }

    private static String keys(List<String> names, String option) {
        return String.join(
                ", ",
                names.stream()
                        .map(name -> "kulkul.namespace.\"" + name + "\"." + option)
                        .toList());
    }
}
