package io.kulkul.core.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Channel names. */
class ChannelIdTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "orders:42", "repo:octo-org/octo-repo", "A_b.C-9:/", "$sys", "$sys:stats", ":", "."})
    void aNameOfAllowedCharactersIsValid(String name) {
        assertThat(ChannelId.isValidName(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "$", "a b", "ä", "a*", "a,b", "a$b", "$$a", "a\n", "a\u0000", "a\"", "ａ", "a+b", "a@b"})
    void everyOtherIsNot(String name) {
        assertThat(ChannelId.isValidName(name)).isFalse();
    }

    @Test
    void aNameHasAtMost255Bytes() {
        assertThat(ChannelId.isValidName("x".repeat(255))).isTrue();
        assertThat(ChannelId.isValidName("x".repeat(256))).isFalse();
        assertThat(ChannelId.isValidName("$" + "x".repeat(255))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"orders:42, orders", "a:b:c, a", "broadcast, broadcast", "a.b, a.b", "$sys:stats, $sys"})
    void theNamespaceIsWhatStandsBeforeTheFirstColon(String name, String namespace) {
        assertThat(new ChannelId("", name).namespace()).isEqualTo(namespace);
    }

    @Test
    void theTenantIsPartOfTheIdentityAndNeverOfTheName() {
        assertThat(new ChannelId("acme", "a")).isNotEqualTo(new ChannelId("globex", "a"));
        assertThat(new ChannelId("acme", "a").namespace()).isEqualTo("a");
    }
}
