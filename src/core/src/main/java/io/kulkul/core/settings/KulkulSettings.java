package io.kulkul.core.settings;

import io.kulkul.core.access.TokenSettings;
import io.kulkul.core.channel.NamespaceOptions;
import io.kulkul.core.channel.NamespaceOptions.Access;
import io.kulkul.core.channel.NamespaceOptions.Log;
import io.kulkul.core.channel.NamespaceOptions.Overflow;
import io.kulkul.core.channel.Namespaces;
import io.kulkul.core.connection.ConnectionSettings;
import io.kulkul.core.connection.DialectSettings;
import io.kulkul.core.dialect.Dialect;
import io.kulkul.core.dialect.DialectTraits;
import io.kulkul.core.dialect.Dialects;
import io.kulkul.core.dialect.NativeDialect;
import io.kulkul.core.hub.HubSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * All settings, checked.
 *
 * @param hub {@code kulkul.instance}, {@code kulkul.dialect}, {@code kulkul.replay.*}, {@code kulkul.drain.*}
 * @param connection {@code kulkul.connection.*}
 * @param dialects {@code kulkul.dialect."NAME".*}, by the dialect's name
 * @param namespaces {@code kulkul.namespace.*}
 * @param token {@code mp.jwt.verify.*}, {@code kulkul.jwt.*} and {@code kulkul.role.*}
 */
public record KulkulSettings(
        HubSettings hub,
        ConnectionSettings connection,
        Map<String, DialectSettings> dialects,
        Namespaces namespaces,
        TokenSettings token) {

    /** A conversation is streamed in thousands of small messages, and none of them may be left out for a client that reads. */
    private static final Map<String, Integer> TAIL_PRESETS = Map.of("conversation", 2048);

    /** The hub's own statistics come once a second, and operators look at the last quarter of an hour. */
    private static final Map<String, Integer> HISTORY_PRESETS = Map.of("$sys", 900);

    private static final Map<String, Duration> TTL_PRESETS = Map.of("$sys", Duration.ofMinutes(15));

    private static final Duration DEFAULT_SKEW = Duration.ofSeconds(5);

    /**
     * Reads and checks everything under {@code kulkul.}.
     *
     * @throws SettingsException when a key is unknown or a value is not allowed; it names all of them
     */
    public static KulkulSettings read(Config config) {
        SettingsReader reader = new SettingsReader(config);
        HubSettings hub = hub(reader);
        ConnectionSettings connection = connection(reader);
        Map<String, DialectSettings> dialects = dialects(reader, connection);
        Namespaces namespaces = namespaces(reader);
        TokenSettings token = token(reader);
        reader.finish();
        return new KulkulSettings(hub, connection, dialects, namespaces, token);
    }

    private static HubSettings hub(SettingsReader reader) {
        String instance = reader.text("instance");
        String dialect = reader.text("dialect");
        return new HubSettings(
                instance == null ? UUID.randomUUID().toString().substring(0, 8) : instance,
                dialect == null ? "" : dialect,
                reader.number("replay.max-events"),
                reader.duration("authorizer.timeout"),
                reader.duration("drain.duration"));
    }

    private static ConnectionSettings connection(SettingsReader reader) {
        Duration interval = reader.duration("connection.heartbeat-interval");
        Duration timeout = reader.duration("connection.heartbeat-timeout");
        if (timeout.compareTo(interval) <= 0) {
            reader.fault("kulkul.connection.heartbeat-timeout=" + timeout
                    + " is not allowed; allowed is more than kulkul.connection.heartbeat-interval=" + interval);
        }
        int perSecond = reader.number("connection.messages-per-second");
        String burst = reader.text("connection.message-burst");
        return new ConnectionSettings(
                interval,
                timeout,
                reader.duration("connection.write-timeout"),
                reader.number("connection.max-blocked-writers"),
                "upgrade".equals(reader.text("connection.transport")),
                reader.duration("connection.read-interval"),
                reader.number("connection.max-message-bytes"),
                reader.number("connection.max-subscriptions"),
                reader.number("connection.max-per-user"),
                reader.number("connection.max-total"),
                reader.number("connection.max-unauthenticated"),
                perSecond,
                burst == null ? 2 * perSecond : Integer.parseInt(burst),
                reader.duration("connection.authentication-timeout"),
                reader.number("connection.max-pending-reply-bytes"),
                SettingsReader.words(reader.text("connection.allowed-origins")));
    }

    private static Map<String, DialectSettings> dialects(SettingsReader reader, ConnectionSettings general) {
        Map<String, DialectSettings> dialects = new HashMap<>();
        for (Dialect dialect : new Dialects(NativeDialect.NAME, Clock.systemUTC()).all()) {
            String name = dialect.name();
            DialectSettings settings = DialectSettings.of(general, traits(reader, name, dialect.traits()));
            Duration interval = settings.connection().heartbeatInterval();
            String timeout = reader.dialectOption(name, "heartbeat-timeout");
            if (timeout != null && Duration.parse(timeout).compareTo(interval) <= 0) {
                reader.fault("kulkul.dialect.\"" + name + "\".heartbeat-timeout=" + timeout
                        + " is not allowed; allowed is more than the interval " + interval);
            }
            dialects.put(name, settings);
        }
        return dialects;
    }

    /** The dialect's presets, with what is configured in their place. */
    private static DialectTraits traits(SettingsReader reader, String name, DialectTraits preset) {
        String overflow = reader.dialectOption(name, "overflow");
        return new DialectTraits(
                preset.pings(),
                duration(reader.dialectOption(name, "heartbeat-interval"), preset.heartbeatInterval()),
                duration(reader.dialectOption(name, "heartbeat-timeout"), preset.heartbeatTimeout()),
                preset.subscribedAtConnect(),
                preset.takesWhatIsAddressed(),
                preset.acknowledgesAtConnect(),
                number(reader.dialectOption(name, "max-subscriptions"), preset.maxSubscriptions()),
                number(reader.dialectOption(name, "messages-per-second"), preset.messagesPerSecond()),
                number(reader.dialectOption(name, "max-message-bytes"), preset.maxMessageBytes()),
                number(reader.dialectOption(name, "max-per-user"), preset.maxPerUser()),
                number(reader.dialectOption(name, "tail-lag"), preset.tailLag()),
                overflow == null ? preset.overflow() : overflow(overflow),
                number(reader.dialectOption(name, "replay-at-reconnect"), preset.replayAtReconnect()));
    }

    private static @Nullable Duration duration(@Nullable String text, @Nullable Duration preset) {
        return text == null ? preset : Duration.parse(text);
    }

    private static @Nullable Integer number(@Nullable String text, @Nullable Integer preset) {
        return text == null ? preset : Integer.valueOf(text);
    }

    private static Overflow overflow(String text) {
        return text.equals("disconnect") ? Overflow.DISCONNECT : Overflow.DROP_OLDEST;
    }

    private static Namespaces namespaces(SettingsReader reader) {
        Map<String, NamespaceOptions> configured = new HashMap<>();
        Set<String> names = new HashSet<>(reader.namespaces());
        names.remove("*");
        names.addAll(TAIL_PRESETS.keySet());
        names.addAll(HISTORY_PRESETS.keySet());
        names.forEach(name -> configured.put(name, options(reader, name)));
        return new Namespaces(options(reader, "*"), configured);
    }

    private static NamespaceOptions options(SettingsReader reader, String name) {
        reader.option(name, "presence");
        return new NamespaceOptions(
                name,
                tailSize(reader, name),
                historySize(reader, name),
                historyTtl(reader, name),
                reader.option(name, "log").equals("database") ? Log.DATABASE : Log.MEMORY,
                overflow(reader.option(name, "overflow")),
                reader.option(name, "access").equals("public") ? Access.PUBLIC : Access.TOKEN,
                reader.option(name, "client-publish").equals("true"),
                reader.option(name, "cache").equals("true"));
    }

    private static int tailSize(SettingsReader reader, String name) {
        int size = Integer.parseInt(reader.option(name, "tail-size"));
        return reader.configures(name, "tail-size") ? size : Math.max(size, TAIL_PRESETS.getOrDefault(name, 0));
    }

    private static int historySize(SettingsReader reader, String name) {
        Integer preset = HISTORY_PRESETS.get(name);
        return preset == null || reader.configures(name, "history-size")
                ? Integer.parseInt(reader.option(name, "history-size"))
                : preset;
    }

    private static Duration historyTtl(SettingsReader reader, String name) {
        Duration preset = TTL_PRESETS.get(name);
        return preset == null || reader.configures(name, "history-ttl")
                ? Duration.parse(reader.option(name, "history-ttl"))
                : preset;
    }

    /** MicroProfile JWT's own settings; times are seconds there. */
    private static TokenSettings token(SettingsReader reader) {
        String algorithm = reader.foreign("mp.jwt.verify.publickey.algorithm");
        if (algorithm != null && !algorithm.equals("RS256") && !algorithm.equals("ES256")) {
            reader.fault(
                    "mp.jwt.verify.publickey.algorithm=" + algorithm + " is not allowed; allowed is RS256 or ES256");
            algorithm = null;
        }
        Duration skew = seconds(reader, "mp.jwt.verify.clock.skew");
        String tenantClaim = reader.text("jwt.tenant-claim");
        String permissionsClaim = reader.text("jwt.permissions-claim");
        return new TokenSettings(
                reader.foreign("mp.jwt.verify.publickey"),
                reader.foreign("mp.jwt.verify.publickey.location"),
                algorithm,
                reader.foreign("mp.jwt.verify.issuer"),
                SettingsReader.words(reader.foreign("mp.jwt.verify.audiences")),
                skew == null ? DEFAULT_SKEW : skew,
                seconds(reader, "mp.jwt.verify.token.age"),
                tenantClaim == null ? "tenant" : tenantClaim,
                permissionsClaim == null ? "scope" : permissionsClaim,
                reader.roles());
    }

    private static @Nullable Duration seconds(SettingsReader reader, String key) {
        String value = reader.foreign(key);
        if (value == null) {
            return null;
        }
        if (!value.strip().matches("[0-9]{1,9}")) {
            reader.fault(key + "=" + value + " is not allowed; allowed is a number of seconds");
            return null;
        }
        return Duration.ofSeconds(Long.parseLong(value.strip()));
    }
}
