package io.kulkul.core.eventlog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Knows the channels' numbers in the database, and gives numbers to new channels. Thread-safe. */
final class ChannelIds {

    private static final Comparator<ChannelId> ORDER =
            Comparator.comparing(ChannelId::tenant).thenComparing(ChannelId::name);

    private final SqlDialect dialect;
    private final Cache<ChannelId, Long> known =
            Caffeine.newBuilder().maximumSize(100_000).build();

    ChannelIds(SqlDialect dialect) {
        this.dialect = dialect;
    }

    /** Those of the channels whose numbers are known without asking. */
    Map<ChannelId, Long> known(Collection<ChannelId> channels) {
        return new HashMap<>(known.getAllPresent(channels));
    }

    /** Keeps numbers in mind; called after the commit of the transaction that found or gave them. */
    void remember(Map<ChannelId, Long> ids) {
        known.putAll(ids);
    }

    /** Forgets everything, because a number was not in the database any more. */
    void forget() {
        known.invalidateAll();
    }

    /** The numbers of the channels that have one. */
    Map<ChannelId, Long> find(Connection connection, Collection<ChannelId> channels) throws SQLException {
        Map<ChannelId, Long> ids = known(channels);
        if (ids.size() < channels.size()) {
            ids.putAll(select(
                    connection,
                    channels.stream()
                            .filter(channel -> !ids.containsKey(channel))
                            .toList()));
        }
        return ids;
    }

    /** The numbers of all these distinct channels, in the connection's transaction. */
    Map<ChannelId, Long> findOrCreate(Connection connection, Collection<ChannelId> channels) throws SQLException {
        Map<ChannelId, Long> ids = find(connection, channels);
        if (ids.size() < channels.size()) {
            List<ChannelId> missing = channels.stream()
                    .filter(channel -> !ids.containsKey(channel))
                    .sorted(ORDER)
                    .toList();
            dialect.createChannels(connection, missing);
            ids.putAll(select(connection, missing));
        }
        return ids;
    }

    private static Map<ChannelId, Long> select(Connection connection, List<ChannelId> channels) throws SQLException {
        Map<ChannelId, Long> ids = new HashMap<>();
        try (PreparedStatement select = Database.prepare(
                connection,
                "SELECT c.tenant, c.name, c.id FROM UNNEST(CAST(? AS varchar ARRAY), CAST(? AS varchar ARRAY)) "
                        + "AS wanted (tenant, name) JOIN kulkul_channel c "
                        + "ON c.tenant = wanted.tenant AND c.name = wanted.name")) {
            Database.setTexts(
                    connection,
                    select,
                    1,
                    channels.stream().map(ChannelId::tenant).toArray(String[]::new));
            Database.setTexts(
                    connection,
                    select,
                    2,
                    channels.stream().map(ChannelId::name).toArray(String[]::new));
            try (ResultSet result = select.executeQuery()) {
                while (result.next()) {
                    ids.put(new ChannelId(result.getString(1), result.getString(2)), result.getLong(3));
                }
            }
        }
        return ids;
    }
}
