package io.kulkul.core.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kulkul.core.access.Caller;
import io.kulkul.core.access.Permissions;
import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.protocol.ErrorCode;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestsTest {

    private static Caller caller(@Nullable String tenant, String permission) {
        return new Caller("ada", tenant, new Permissions(Set.of(permission)), Set.of(), null, Instant.MAX, null);
    }

    private static void assertRefused(ErrorCode code, Caller caller, String asked) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> Requests.tenantOf(caller, asked))
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(code));
    }

    @Test
    void aRequestIsAboutTheCallersTenant() throws Exception {
        assertThat(Requests.tenantOf(caller("acme", "publish:*"), null)).isEqualTo("acme");
        assertThat(Requests.tenantOf(caller("acme", "publish:*"), "acme")).isEqualTo("acme");
        assertThat(Requests.tenantOf(caller(null, "publish:*"), "")).isEmpty();
    }

    @Test
    void onlyAnOperatorWithoutATenantNamesAnother() throws Exception {
        assertThat(Requests.tenantOf(caller(null, "admin"), "acme")).isEqualTo("acme");
        assertRefused(ErrorCode.FORBIDDEN, caller(null, "publish:*"), "acme");
        assertRefused(ErrorCode.FORBIDDEN, caller("umbrella", "admin"), "acme");
    }

    /** {@code POST /api/tenants/*}{@code /events} was answered with 200, as if all tenants had been sent the event; nobody was. */
    @Test
    void noTenantIsCalledLikeAllOfThem() {
        assertRefused(ErrorCode.BAD_REQUEST, caller(null, "admin"), "*");
        assertRefused(ErrorCode.BAD_REQUEST, caller(null, "admin"), "a b");
        assertRefused(ErrorCode.FORBIDDEN, caller("acme", "admin"), "*");
    }
}
