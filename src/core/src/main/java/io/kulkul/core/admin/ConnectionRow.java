package io.kulkul.core.admin;

import io.kulkul.core.connection.Connection;
import io.kulkul.core.json.JsonObjectWriter;
import java.util.Comparator;
import java.util.Map;

/**
 * What a list tells of a connection, all looked at in one moment: sorting by a lag that moves meanwhile would fail.
 *
 * <p>Without the session's id, which is the client's secret.
 *
 * @param user empty where it has shown no token
 * @param tenant empty without tenants
 * @param opened in milliseconds since the Unix epoch
 * @param lag how many events wait to be sent
 */
record ConnectionRow(String id, String user, String tenant, String dialect, long opened, int subscriptions, long lag) {

    static final Comparator<ConnectionRow> BY_ID = Comparator.comparing(ConnectionRow::id);

    static final Map<String, Comparator<ConnectionRow>> COLUMNS = Map.of(
            "connection", BY_ID,
            "user", Comparator.comparing(ConnectionRow::user),
            "tenant", Comparator.comparing(ConnectionRow::tenant),
            "dialect", Comparator.comparing(ConnectionRow::dialect),
            "opened", Comparator.comparingLong(ConnectionRow::opened),
            "subscriptions", Comparator.comparingInt(ConnectionRow::subscriptions),
            "lag", Comparator.comparingLong(ConnectionRow::lag));

    static ConnectionRow of(Connection connection) {
        return new ConnectionRow(
                connection.id(),
                connection.caller().user(),
                connection.tenant(),
                connection.dialect().name(),
                connection.openedMillis(),
                connection.subscriptions().size(),
                connection.lag());
    }

    JsonObjectWriter write() {
        return new JsonObjectWriter(192)
                .string("connection", id)
                .string("user", user.isEmpty() ? null : user)
                .string("tenant", tenant.isEmpty() ? null : tenant)
                .string("dialect", dialect)
                .number("opened", opened)
                .number("subscriptions", subscriptions)
                .number("lag", lag);
    }

    String json() {
        return write().end();
    }
}
