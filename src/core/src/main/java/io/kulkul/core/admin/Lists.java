package io.kulkul.core.admin;

import io.kulkul.core.access.Revocations;
import io.kulkul.core.channel.ChannelInfo;
import io.kulkul.core.connection.Connection;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.hub.Hub;
import io.kulkul.core.hub.InstanceReader;
import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.json.JsonObjectWriter;
import io.kulkul.core.protocol.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lists what this instance has, for an operator who asked it or another one.
 *
 * <p>Which operator that is, and whose channels and connections the operator may see, has been looked at by the instance that was asked.
 */
@ApplicationScoped
public class Lists implements InstanceReader {

    static final String CHANNELS = "channels";
    static final String CHANNEL = "channel";
    static final String CONNECTIONS = "connections";
    static final String CONNECTION = "connection";

    /** What {@link #read} gives where there is no such connection. */
    static final String NONE = "{}";

    private static final Comparator<ChannelInfo> BY_TENANT =
            Comparator.comparing(channel -> channel.id().tenant());

    private static final Comparator<ChannelInfo> BY_NAME =
            Comparator.comparing((ChannelInfo channel) -> channel.id().name()).thenComparing(BY_TENANT);

    private static final Map<String, Comparator<ChannelInfo>> CHANNEL_COLUMNS = Map.of(
            "channel", BY_NAME,
            "tenant", BY_TENANT,
            "head", Comparator.comparingLong(ChannelInfo::head),
            "subscribers", Comparator.comparingInt(channel -> channel.subscribers() + channel.patternSubscribers()),
            // Rounded: channels of about the same rate keep their order while it moves a little.
            "rate", Comparator.comparingLong(channel -> Math.round(10 * channel.rate())));

    /** Called by the container. */
    public Lists() {}

    @Override
    public String read(Hub hub, String what, String tenant, Map<String, String> parameters) throws RefusedException {
        return switch (what) {
            case CHANNELS -> channels(hub, tenant, parameters);
            case CHANNEL -> channel(hub, tenant, parameters.getOrDefault("channel", ""));
            case CONNECTIONS -> connections(hub, tenant, parameters);
            case CONNECTION -> connection(hub, tenant, parameters.getOrDefault("id", ""));
            default -> throw new RefusedException(ErrorCode.BAD_REQUEST, "this version cannot read that");
        };
    }

    private static String channels(Hub hub, String tenant, Map<String, String> query) throws RefusedException {
        String also = Page.also("instance", query.get("instance"));
        Table table = table(query);
        if (table == null && isOfAll(tenant)) {
            // Two tenants' channels may have one name, so that a name is no place in this list.
            table = Table.of(null, null, null, query.get("after"), query.get("limit"));
        }
        if (table != null) {
            List<ChannelInfo> found = hub.channels().all(one(tenant), finding(table, tenant));
            return table.json(
                    "channels",
                    found,
                    BY_NAME,
                    CHANNEL_COLUMNS,
                    ChannelText::json,
                    also + Page.also("tenant", query.get("tenant")));
        }
        Page page = Page.of(query.get("after"), query.get("limit"));
        return page.json(
                "channels",
                hub.channels().page(tenant, page.after(), page.lookFor()),
                channel -> channel.id().name(),
                ChannelText::json,
                query.get("tenant"),
                also);
    }

    /** The tenants' names are looked into only where there are several: otherwise all rows would be found by their own. */
    private static Predicate<ChannelId> finding(Table table, String tenant) {
        return isOfAll(tenant) ? id -> table.finds(id.name() + '\n' + id.tenant()) : id -> table.finds(id.name());
    }

    /** Of a live channel alone: whoever reads for another instance may not wait for the database. */
    private static String channel(Hub hub, String tenant, String name) {
        ChannelInfo info = hub.channels().info(new ChannelId(tenant, name));
        return info == null ? NONE : ChannelText.json(info);
    }

    private static String connections(Hub hub, String tenant, Map<String, String> query) throws RefusedException {
        String user = query.get("user");
        String channel = query.get("channel");
        String also =
                Page.also("user", user) + Page.also("channel", channel) + Page.also("instance", query.get("instance"));
        Table table = table(query);
        if (table != null) {
            List<ConnectionRow> found = hub
                    .connections()
                    .all(one(tenant), each -> fits(each, user, channel) && table.finds(text(each, tenant)))
                    .stream()
                    .map(ConnectionRow::of)
                    .toList();
            return table.json(
                    "connections",
                    found,
                    ConnectionRow.BY_ID,
                    ConnectionRow.COLUMNS,
                    ConnectionRow::json,
                    also + Page.also("tenant", query.get("tenant")));
        }
        Page page = Page.of(query.get("after"), query.get("limit"));
        return page.json(
                "connections",
                hub.connections().page(one(tenant), page.after(), page.lookFor(), each -> fits(each, user, channel)),
                Connection::id,
                connection -> ConnectionRow.of(connection).json(),
                query.get("tenant"),
                also);
    }

    private static @Nullable Table table(Map<String, String> query) throws RefusedException {
        String search = query.get("search");
        String sort = query.get("sort");
        String offset = query.get("offset");
        return Table.isMeant(search, sort, offset)
                ? Table.of(search, sort, offset, query.get("after"), query.get("limit"))
                : null;
    }

    private static boolean isOfAll(String tenant) {
        return tenant.equals(Revocations.ALL_TENANTS);
    }

    /** The tenant that is meant, or null for all of them. */
    private static @Nullable String one(String tenant) {
        return isOfAll(tenant) ? null : tenant;
    }

    private static boolean fits(Connection connection, @Nullable String user, @Nullable String channel) {
        return (user == null || user.equals(connection.caller().user()))
                && (channel == null || connection.subscription(channel) != null);
    }

    /** What is searched, on lines of their own: nobody looks for a part of a user and a part of a dialect in one word. */
    private static String text(Connection connection, String tenant) {
        return connection.id()
                + '\n'
                + connection.caller().user()
                + '\n'
                + connection.dialect().name()
                + (isOfAll(tenant) ? '\n' + connection.tenant() : "");
    }

    private static String connection(Hub hub, String tenant, String id) {
        Connection connection = hub.operating().find(tenant, id);
        if (connection == null) {
            return NONE;
        }
        StringJoiner channels = new StringJoiner(",", "[", "]");
        connection.subscriptions().stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .forEach(subscription -> channels.add(new JsonObjectWriter(64)
                        .string("channel", subscription.name())
                        .bool("filtered", subscription.filter() != null)
                        .bool("implicit", subscription.implicit())
                        .number("lag", subscription.lag())
                        .end()));
        return ConnectionRow.of(connection)
                .write()
                .json("channels", channels.toString())
                .end();
    }
}
