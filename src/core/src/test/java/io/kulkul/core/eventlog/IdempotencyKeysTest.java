package io.kulkul.core.eventlog;

import static io.kulkul.core.eventlog.Events.event;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Keys under which events were published. */
class IdempotencyKeysTest {

    private static final long LIFETIME = IdempotencyKeys.LIFETIME.toMillis();

    private final IdempotencyKeys keys = new IdempotencyKeys();

    @Test
    void aKeyFindsItsEvent() {
        Event event = event(1, 1000);
        keys.remember("k", event);

        assertThat(keys.find("k", 1000)).isSameAs(event);
        assertThat(keys.find("other", 1000)).isNull();
    }

    @Test
    void aKeyLivesFiveMinutesAndNoLonger() {
        keys.remember("k", event(1, 1000));

        assertThat(LIFETIME).isEqualTo(300_000);
        assertThat(keys.find("k", 1000 + LIFETIME - 1)).isNotNull();
        assertThat(keys.find("k", 1000 + LIFETIME)).isNull();
    }

    @Test
    void whatHasHadItsTimeIsForgottenAndTheRestIsNot() {
        keys.remember("old", event(1, 1000));
        keys.remember("new", event(2, 2000));

        assertThat(keys.expire(1000 + LIFETIME)).isFalse();
        assertThat(keys.find("old", 1000 + LIFETIME)).isNull();
        assertThat(keys.find("new", 1000 + LIFETIME)).isNotNull();
        assertThat(keys.expire(2000 + LIFETIME)).isTrue();
    }

    @Test
    void aKeyMayBeUsedAgainAfterItsTime() {
        keys.remember("k", event(1, 1000));
        keys.remember("l", event(2, 2000));
        keys.find("k", 1000 + LIFETIME);
        Event again = event(3, 1000 + LIFETIME);

        keys.remember("k", again);

        assertThat(keys.find("k", 2000 + LIFETIME)).isSameAs(again);
    }
}
