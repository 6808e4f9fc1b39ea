package io.kulkul.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kulkul.core.channel.NamespaceOptions;
import io.kulkul.core.channel.NamespaceOptions.Access;
import io.kulkul.core.channel.NamespaceOptions.Overflow;
import io.kulkul.core.connection.ConnectionSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings are read once, checked, and handed out; what is wrong is said all at once. */
class KulkulSettingsTest {

    @Test
    void withoutAnySettingTheDefaultsOfTheRecordsHold() {
        KulkulSettings settings = read();

        assertThat(settings.connection()).isEqualTo(ConnectionSettings.DEFAULTS);
        assertThat(settings.namespaces().of("any")).isEqualTo(NamespaceOptions.DEFAULTS);
        assertThat(settings.hub().dialect()).isEqualTo("kulkul");
        assertThat(settings.hub().replayMaxEvents()).isEqualTo(1000);
        assertThat(settings.hub().instance()).isNotBlank();
    }

    @Test
    void aGivenValueHolds() {
        KulkulSettings settings = read(
                "kulkul.connection.heartbeat-interval", "PT10S",
                "kulkul.connection.max-total", "7",
                "kulkul.connection.allowed-origins", "https://a.example.org, https://*.b.example.org",
                "kulkul.instance", "node-1",
                "kulkul.replay.max-events", "5");

        assertThat(settings.connection().heartbeatInterval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.connection().maxTotal()).isEqualTo(7);
        assertThat(settings.connection().allowedOrigins())
                .isEqualTo(Set.of("https://a.example.org", "https://*.b.example.org"));
        assertThat(settings.hub().instance()).isEqualTo("node-1");
        assertThat(settings.hub().replayMaxEvents()).isEqualTo(5);
    }

    @Test
    void theBurstIsTwiceTheRateUnlessItIsGiven() {
        assertThat(read("kulkul.connection.messages-per-second", "30")
                        .connection()
                        .messageBurst())
                .isEqualTo(60);
        assertThat(read("kulkul.connection.messages-per-second", "30", "kulkul.connection.message-burst", "31")
                        .connection()
                        .messageBurst())
                .isEqualTo(31);
    }

    @Test
    void aNamespacesKeyIsWrittenWithOrWithoutQuotes() {
        KulkulSettings settings =
                read("kulkul.namespace.\"orders\".history-size", "7", "kulkul.namespace.orders.tail-size", "9");

        assertThat(settings.namespaces().of("orders").historySize()).isEqualTo(7);
        assertThat(settings.namespaces().of("orders").tailSize()).isEqualTo(9);
        assertThat(settings.namespaces().of("orders").name()).isEqualTo("orders");
    }

    @Test
    void whatANamespaceDoesNotSayTheStarSays() {
        KulkulSettings settings = read(
                "kulkul.namespace.\"*\".access", "public",
                "kulkul.namespace.\"*\".overflow", "disconnect",
                "kulkul.namespace.\"orders\".access", "token",
                "kulkul.namespace.\"orders\".cache", "true");

        assertThat(settings.namespaces().of("other").access()).isEqualTo(Access.PUBLIC);
        assertThat(settings.namespaces().of("orders").access()).isEqualTo(Access.TOKEN);
        assertThat(settings.namespaces().of("orders").overflow()).isEqualTo(Overflow.DISCONNECT);
        assertThat(settings.namespaces().of("orders").cache()).isTrue();
    }

    @Test
    void aNamespaceMayHaveADotOrBelongToTheHub() {
        KulkulSettings settings =
                read("kulkul.namespace.\"a.b\".history-size", "1", "kulkul.namespace.\"$sys\".history-size", "2");

        assertThat(settings.namespaces().of("a.b").historySize()).isEqualTo(1);
        assertThat(settings.namespaces().of("$sys").historySize()).isEqualTo(2);
    }

    @Test
    void theTokensSettingsAreThoseOfMicroProfile() {
        KulkulSettings settings = read(
                "mp.jwt.verify.publickey.location", "/key.pem",
                "mp.jwt.verify.issuer", "https://issuer.example.org",
                "mp.jwt.verify.audiences", "a,b",
                "mp.jwt.verify.clock.skew", "7",
                "mp.jwt.verify.token.age", "60",
                "mp.jwt.verify.publickey.algorithm", "ES256",
                "kulkul.jwt.tenant-claim", "org");

        assertThat(settings.token().publicKeyLocation()).isEqualTo("/key.pem");
        assertThat(settings.token().issuer()).isEqualTo("https://issuer.example.org");
        assertThat(settings.token().audiences()).isEqualTo(Set.of("a", "b"));
        assertThat(settings.token().clockSkew()).isEqualTo(Duration.ofSeconds(7));
        assertThat(settings.token().tokenAge()).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.token().algorithm()).isEqualTo("ES256");
        assertThat(settings.token().tenantClaim()).isEqualTo("org");
        assertThat(settings.token().permissionsClaim()).isEqualTo("scope");
    }

    @ParameterizedTest
    @CsvSource({
        "kulkul.connection.max-total, 0",
        "kulkul.connection.max-total, many",
        "kulkul.connection.max-total, 99999999999999999999",
        "kulkul.connection.write-timeout, 10",
        "kulkul.connection.write-timeout, PT1H",
        "kulkul.connection.write-timeout, -PT5S",
        "kulkul.connection.allowed-origins, ftp://x",
        "kulkul.connection.allowed-origins, https://*",
        "kulkul.dialect, socket.io",
        "kulkul.instance, two words",
        "kulkul.replay.max-events, 0",
        "kulkul.namespace.\"a\".tail-size, 0",
        "kulkul.namespace.\"a\".history-ttl, PT0S",
        "kulkul.namespace.\"a\".overflow, drop-newest",
        "kulkul.namespace.\"a\".access, everybody",
        "kulkul.namespace.\"a\".log, disk",
        "kulkul.namespace.\"a\".presence, true",
        "mp.jwt.verify.clock.skew, PT1S",
        "mp.jwt.verify.publickey.algorithm, HS256",
    })
    void aBadValueStopsTheStartAndNamesKeyAndValue(String key, String value) {
        assertThatThrownBy(() -> read(key, value))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(key + "=" + value)
                .hasMessageContaining("allowed is");
    }

    @ParameterizedTest
    @CsvSource({
        "kulkul.connection.max-totl, kulkul.connection.max-total",
        "kulkul.namespace.\"a\".history-sise, history-size",
        "kulkul.replay.max-event, kulkul.replay.max-events",
    })
    void anUnknownKeyStopsTheStartAndNamesTheNearest(String key, String nearest) {
        assertThatThrownBy(() -> read(key, "1"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(key + " is no setting")
                .hasMessageContaining("did you mean " + nearest + "?");
    }

    /** The environment's source also lists the variable with dots for all underscores, which stopped the start. */
    @Test
    void anEnvironmentVariableMayStandForAKeyWithHyphens() {
        KulkulSettings settings = read(
                "KULKUL_CONNECTION_MAX_TOTAL", "7",
                "kulkul.connection.max.total", "7",
                "kulkul.connection.max-total", "7");

        assertThat(settings.connection().maxTotal()).isEqualTo(7);
    }

    @Test
    void aMisspeltEnvironmentVariableStopsTheStart() {
        assertThatThrownBy(() -> read("KULKUL_CONNECTION_MAX_TOTL", "7", "kulkul.connection.max.totl", "7"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("kulkul.connection.max.totl is no setting");
    }

    @Test
    void aNamespaceThatCannotBeIsNamed() {
        assertThatThrownBy(() -> read("kulkul.namespace.\"a b\".cache", "true"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("kulkul.namespace.\"a b\".cache");
        assertThatThrownBy(() -> read("kulkul.namespace.cache", "true"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("kulkul.namespace.cache is no setting");
    }

    @Test
    void anEmptyValueIsNamed() {
        assertThatThrownBy(() -> read("kulkul.connection.max-total", ""))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("kulkul.connection.max-total is empty");
    }

    @Test
    void allFaultsAreSaidAtOnce() {
        assertThatThrownBy(() -> read("kulkul.connection.max-total", "x", "kulkul.nonsense", "1"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("2 settings are wrong")
                .hasMessageContaining("kulkul.connection.max-total=x")
                .hasMessageContaining("kulkul.nonsense");
    }

    @Test
    void theHeartbeatsTimeoutIsLongerThanItsInterval() {
        assertThatThrownBy(() -> read("kulkul.connection.heartbeat-interval", "PT60S"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("kulkul.connection.heartbeat-timeout");
    }

    @Test
    void whatIsNotUnderThePrefixIsNobodysBusiness() {
        assertThat(read("kulkulator.speed", "1").connection()).isEqualTo(ConnectionSettings.DEFAULTS);
    }

    private static KulkulSettings read(String... keysAndValues) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return KulkulSettings.read(new MapConfig(values));
    }
}
