package io.kulkul.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tokens that are taken back. */
class RevocationsTest {

    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final Instant EXPIRES = NOW.plus(Duration.ofHours(1));

    private final Revocations revocations = revocations(null);

    private static Revocations revocations(@Nullable Duration tokenAge) {
        return new Revocations(new TokenSettings(
                null, null, null, null, Set.of(), Duration.ofSeconds(5), tokenAge, "tenant", "scope", Map.of()));
    }

    private static Caller caller(@Nullable String tenant, String user, @Nullable Instant issued, @Nullable String id) {
        return new Caller(user, tenant, Permissions.NONE, Set.of(), issued, EXPIRES, id);
    }

    @Test
    void oneTokenIsRevokedByItsId() {
        revocations.revokeToken("acme", "t1", EXPIRES, NOW);

        assertThat(revocations.cover(caller("acme", "alice", NOW, "t1"))).isTrue();
        assertThat(revocations.cover(caller("acme", "alice", NOW, "t2"))).isFalse();
        assertThat(revocations.cover(caller("acme", "alice", NOW, null))).isFalse();
    }

    @Test
    void anotherTenantsTokenWithTheSameIdOrUserIsNot() {
        revocations.revokeToken("acme", "t1", EXPIRES, NOW);
        revocations.revokeUser("acme", "alice", NOW);
        revocations.revokeAll("acme", NOW);

        assertThat(revocations.cover(caller("globex", "alice", NOW.minusSeconds(1), "t1")))
                .isFalse();
        assertThat(revocations.cover(caller(null, "alice", NOW.minusSeconds(1), "t1")))
                .isFalse();
    }

    @Test
    void aUsersTokensAreRevokedThatWereIssuedBefore() {
        revocations.revokeUser("", "alice", NOW);

        assertThat(revocations.cover(caller(null, "alice", NOW.minusSeconds(1), null)))
                .isTrue();
        assertThat(revocations.cover(caller(null, "alice", NOW, null))).isFalse();
        assertThat(revocations.cover(caller(null, "bob", NOW.minusSeconds(1), null)))
                .isFalse();
    }

    @Test
    void aTokenThatDoesNotSayWhenItWasIssuedIsOlderThanAnyTime() {
        revocations.revokeUser("", "alice", NOW);

        assertThat(revocations.cover(caller(null, "alice", null, null))).isTrue();
    }

    @Test
    void everybodysTokensCanBeRevokedInOneTenantOrInAll() {
        revocations.revokeAll("acme", NOW);
        assertThat(revocations.cover(caller("acme", "bob", NOW.minusSeconds(1), null)))
                .isTrue();
        assertThat(revocations.cover(caller("globex", "bob", NOW.minusSeconds(1), null)))
                .isFalse();

        revocations.revokeAll(Revocations.ALL_TENANTS, NOW);
        assertThat(revocations.cover(caller("globex", "bob", NOW.minusSeconds(1), null)))
                .isTrue();
        assertThat(revocations.cover(caller(null, "bob", NOW.minusSeconds(1), null)))
                .isTrue();
    }

    @Test
    void aRevocationIsForgottenOnlyWhenItsTokenHasExpired() {
        revocations.revokeToken("", "t1", EXPIRES, NOW);

        revocations.expire(EXPIRES.plusSeconds(5));
        assertThat(revocations.count()).isEqualTo(1);
        revocations.expire(EXPIRES.plusSeconds(6));
        assertThat(revocations.count()).isZero();
    }

    @Test
    void whereNobodyKnowsWhenTheTokenExpiresItsAgeDecides() {
        Revocations aged = revocations(Duration.ofHours(8));
        aged.revokeUser("", "alice", NOW);

        aged.expire(NOW.plus(Duration.ofHours(8)));
        assertThat(aged.count()).isEqualTo(1);
        aged.expire(NOW.plus(Duration.ofHours(8)).plusSeconds(11));
        assertThat(aged.count()).isZero();
    }

    @Test
    void withoutEitherItIsKept() {
        revocations.revokeUser("", "alice", NOW);

        revocations.expire(NOW.plus(Duration.ofDays(10_000)));

        assertThat(revocations.count()).isEqualTo(1);
    }

    @Test
    void aSecondRevocationNeverTakesTheFirstOneBack() {
        revocations.revokeUser("", "alice", NOW);
        revocations.revokeUser("", "alice", NOW.minusSeconds(60));

        assertThat(revocations.cover(caller(null, "alice", NOW.minusSeconds(1), null)))
                .isTrue();
    }
}
