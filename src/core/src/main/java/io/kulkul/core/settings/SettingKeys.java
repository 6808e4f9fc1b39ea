package io.kulkul.core.settings;

import io.kulkul.core.dialect.Dialects;
import io.kulkul.core.dialect.NativeDialect;
import java.util.List;

/** All keys there are, with their defaults and what is allowed: the one table for reading them and for their documentation. */
final class SettingKeys {

    static final String PREFIX = "kulkul.";
    static final String NAMESPACE_PREFIX = "kulkul.namespace.";
    static final String DIALECT_PREFIX = "kulkul.dialect.";
    static final String ROLE_PREFIX = "kulkul.role.";

    static final List<Setting> FIXED = List.of(
            Setting.duration("connection.heartbeat-interval", "PT25S", "PT1S", "PT1H"),
            Setting.duration("connection.heartbeat-timeout", "PT60S", "PT2S", "PT2H"),
            Setting.duration("connection.write-timeout", "PT10S", "PT1S", "PT5M"),
            Setting.number("connection.max-blocked-writers", 256, 0, 100_000),
            Setting.choice("connection.transport", "endpoint", "endpoint or upgrade"),
            Setting.duration("connection.read-interval", "PT0.001S", "PT0S", "PT0.1S"),
            Setting.number("connection.max-message-bytes", 524_288, 1024, 16_777_216),
            Setting.number("connection.max-subscriptions", 50, 1, 100_000),
            Setting.number("connection.max-per-user", 5, 1, 1_000_000),
            Setting.number("connection.max-total", 20_000, 1, 1_000_000),
            Setting.number("connection.max-unauthenticated", 10_000, 1, 1_000_000),
            Setting.number("connection.messages-per-second", 100, 1, 1_000_000),
            new Setting(
                    "connection.message-burst",
                    "",
                    "1 to 1000000; twice messages-per-second where it is not given",
                    Setting.Kind.NUMBER,
                    1,
                    1_000_000),
            Setting.duration("connection.authentication-timeout", "PT10S", "PT1S", "PT5M"),
            Setting.number("connection.max-pending-reply-bytes", 1_048_576, 65_536, 67_108_864),
            Setting.origins("connection.allowed-origins"),
            Setting.text("instance", "", "1 to 64 of A-Z a-z 0-9 _ . -; a random name where it is not given"),
            Setting.choice("dialect", NativeDialect.NAME, String.join(" or ", Dialects.NAMES)),
            Setting.number("replay.max-events", 1000, 1, 100_000),
            Setting.duration("authorizer.timeout", "PT5S", "PT0.1S", "PT1M"),
            Setting.duration("drain.duration", "PT20S", "PT0S", "PT10M"),
            Setting.text("jwt.tenant-claim", "tenant", "a claim's name"),
            Setting.text("jwt.permissions-claim", "scope", "a claim's name"));

    static final List<Setting> OF_NAMESPACE = List.of(
            Setting.number("tail-size", 256, 1, 1_000_000),
            Setting.number("history-size", 100, 0, 1_000_000),
            Setting.duration("history-ttl", "PT10M", "PT1S", "P365D"),
            Setting.choice("log", "memory", "memory or database"),
            Setting.choice("overflow", "drop-oldest", "drop-oldest or disconnect"),
            Setting.choice("access", "token", "token or public"),
            Setting.choice("presence", "false", "false"),
            Setting.choice("client-publish", "false", "false or true"),
            Setting.choice("cache", "false", "false or true"));

    /** Behind {@code kulkul.dialect."NAME".}; where one is absent the dialect's preset holds, else what holds for all connections. */
    static final List<Setting> OF_DIALECT = List.of(
            Setting.duration("heartbeat-interval", "", "PT1S", "PT1H"),
            Setting.duration("heartbeat-timeout", "", "PT2S", "PT2H"),
            new Setting("max-message-bytes", "", "1024 to 16777216", Setting.Kind.NUMBER, 1024, 16_777_216),
            new Setting("max-subscriptions", "", "1 to 100000", Setting.Kind.NUMBER, 1, 100_000),
            new Setting("max-per-user", "", "1 to 1000000", Setting.Kind.NUMBER, 1, 1_000_000),
            new Setting("messages-per-second", "", "1 to 1000000", Setting.Kind.NUMBER, 1, 1_000_000),
            new Setting("tail-lag", "", "0 to 1000000", Setting.Kind.NUMBER, 0, 1_000_000),
            Setting.choice("overflow", "", "drop-oldest or disconnect"),
            new Setting("replay-at-reconnect", "", "0 to 1000", Setting.Kind.NUMBER, 0, 1000));

    /** Behind {@code kulkul.role."NAME".}. */
    static final List<Setting> OF_ROLE = List.of(Setting.permissions("permissions"));

    private SettingKeys() {}
}
