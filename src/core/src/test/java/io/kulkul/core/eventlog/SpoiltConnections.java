package io.kulkul.core.eventlog;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A data source whose connections do one method of their own way. */
final class SpoiltConnections {

    private SpoiltConnections() {}

    /** Does the method of the connection, or something else instead. */
    interface Spoiling {
        @Nullable
        Object instead(Connection connection, String method, Call call) throws Throwable;
    }

    /** What was called. */
    interface Call {
        @Nullable
        Object proceed() throws Throwable;
    }

    static DataSource of(DataSource dataSource, Spoiling spoiling) {
        return (DataSource) Proxy.newProxyInstance(
                SpoiltConnections.class.getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, args) -> {
                    if (!method.getName().equals("getConnection")) {
                        return proceed(method, dataSource, args);
                    }
                    return spoilt(dataSource.getConnection(), spoiling);
                });
    }

    static Connection spoilt(Connection connection, Spoiling spoiling) {
        return (Connection) Proxy.newProxyInstance(
                SpoiltConnections.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, args) ->
                        spoiling.instead(connection, method.getName(), () -> proceed(method, connection, args)));
    }

    private static @Nullable Object proceed(java.lang.reflect.Method method, Object target, Object[] args)
            throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** What a driver throws when the network breaks. */
    static SQLException lost() {
        return new SQLException("the connection is lost", "08006");
    }
}
