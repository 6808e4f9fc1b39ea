package io.kulkul.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.api.spi.ChannelOperation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the entries of a token allow. */
class PermissionsTest {

    @ParameterizedTest
    @CsvSource({
        "subscribe:orders:42, SUBSCRIBE, orders:42, true",
        "subscribe:orders:42, SUBSCRIBE, orders:43, false",
        "subscribe:orders:42, SUBSCRIBE, orders:42:x, false",
        "subscribe:orders:42, SUBSCRIBE, orders:*, false",
        "subscribe:orders:42, HISTORY, orders:42, true",
        "subscribe:orders:42, PRESENCE, orders:42, true",
        "subscribe:orders:42, PUBLISH, orders:42, false",
        "history:orders:42, HISTORY, orders:42, true",
        "history:orders:42, SUBSCRIBE, orders:42, false",
        "history:orders:42, PRESENCE, orders:42, false",
        "presence:orders:42, PRESENCE, orders:42, true",
        "presence:orders:42, HISTORY, orders:42, false",
        "publish:chat:42, PUBLISH, chat:42, true",
        "publish:chat:42, SUBSCRIBE, chat:42, false",
        "subscribe:orders:*, SUBSCRIBE, orders:42, true",
        "subscribe:orders:*, SUBSCRIBE, orders:42:items, true",
        "subscribe:orders:*, SUBSCRIBE, orders:*, true",
        "subscribe:orders:*, SUBSCRIBE, orders:42:*, true",
        "subscribe:orders:*, SUBSCRIBE, orders:*:items, true",
        "subscribe:orders:*, SUBSCRIBE, orders, false",
        "subscribe:orders:*, SUBSCRIBE, ordersx:1, false",
        "subscribe:orders:*, SUBSCRIBE, *:42, false",
        "subscribe:orders:*, SUBSCRIBE, *, false",
        "subscribe:orders:42:*, SUBSCRIBE, orders:*, false",
        "subscribe:a:*:c, SUBSCRIBE, a:b:c, true",
        "subscribe:a:*:c, SUBSCRIBE, a:*:c, true",
        "subscribe:a:*:c, SUBSCRIBE, a:b:d, false",
        "subscribe:a:*:c, SUBSCRIBE, a:b:c:d, false",
        "subscribe:a:*:c, SUBSCRIBE, a:*, false",
        "subscribe:a:*:c, SUBSCRIBE, a.b:c, false",
        "subscribe:repo:octo-org/*, SUBSCRIBE, repo:octo-org/hello, true",
        "subscribe:repo:octo-org/*, SUBSCRIBE, repo:octo-org/a/b, false",
        "subscribe:*, SUBSCRIBE, anything, true",
        "subscribe:*, SUBSCRIBE, user:bob, true",
        "subscribe:*, SUBSCRIBE, orders:*, true",
        "subscribe:*, SUBSCRIBE, *:42, true",
        "subscribe:*, SUBSCRIBE, *, false",
        "subscribe:*, SUBSCRIBE, $sys:stats, false",
        "subscribe:*, SUBSCRIBE, $sys:*, false",
        "subscribe:$sys:*, SUBSCRIBE, $sys:stats, true",
        "admin, SUBSCRIBE, *, true",
        "admin, PUBLISH, a:1, true",
        "admin, SUBSCRIBE, $sys:stats, true",
        "openid, SUBSCRIBE, openid, false",
        "subscribe, SUBSCRIBE, subscribe, false",
        "subscribe:, SUBSCRIBE, a, false",
        "subscribe:or*ders, SUBSCRIBE, orders, false",
        "subscribe:a b, SUBSCRIBE, a, false",
        "SUBSCRIBE:a, SUBSCRIBE, a, false",
        "Admin, SUBSCRIBE, a, false",
    })
    void anEntryAllows(String entry, ChannelOperation operation, String channel, boolean allowed) {
        assertThat(new Permissions(List.of(entry)).allow(operation, channel)).isEqualTo(allowed);
    }

    @Test
    void severalEntriesAllowWhatEachAllows() {
        Permissions permissions = new Permissions(List.of("subscribe:a:*", "publish:b:1", "openid"));

        assertThat(permissions.allow(ChannelOperation.SUBSCRIBE, "a:1")).isTrue();
        assertThat(permissions.allow(ChannelOperation.PUBLISH, "b:1")).isTrue();
        assertThat(permissions.allow(ChannelOperation.PUBLISH, "a:1")).isFalse();
        assertThat(permissions.entries()).containsExactlyInAnyOrder("subscribe:a:*", "publish:b:1");
    }

    @Test
    void nothingIsAllowedWithoutEntries() {
        assertThat(Permissions.NONE.allow(ChannelOperation.SUBSCRIBE, "a")).isFalse();
        assertThat(Permissions.NONE.admin()).isFalse();
    }
}
