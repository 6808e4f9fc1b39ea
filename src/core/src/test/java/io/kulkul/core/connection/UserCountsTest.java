package io.kulkul.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.Together;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Users' connections, here and elsewhere. */
class UserCountsTest {

    private final AtomicInteger told = new AtomicInteger();
    private final UserCounts counts = new UserCounts(true, told::incrementAndGet);

    @Test
    void whatOthersHaveCounts() {
        counts.replace("b", Map.of("alice", 2));
        counts.update("c", Map.of("alice", 1, "bob", 1));

        assertThat(counts.admit("alice", 4)).isTrue();
        assertThat(counts.admit("alice", 4)).isFalse();
        counts.update("c", Map.of("alice", 0));
        assertThat(counts.admit("alice", 4)).isTrue();
        counts.forget("b");
        assertThat(counts.admit("alice", 3)).isTrue();
        assertThat(counts.admit("alice", 3)).isFalse();
    }

    @Test
    void allOfAnotherInstanceReplacesWhatItToldBefore() {
        counts.update("b", Map.of("alice", 5, "bob", 5));

        counts.replace("b", Map.of("alice", 1));

        assertThat(counts.admit("bob", 1)).isTrue();
        assertThat(counts.admit("alice", 1)).isFalse();
    }

    @Test
    void changesAreToldOnceUntilTheyAreTaken() {
        counts.admit("alice", 5);
        counts.admit("alice", 5);
        counts.admit("bob", 5);
        counts.leave("bob");

        assertThat(told).hasValue(1);
        assertThat(counts.takeChanges()).isEqualTo(Map.of("alice", 2, "bob", 0));
        assertThat(counts.takeChanges()).isEmpty();
        counts.leave("alice");
        assertThat(told).hasValue(2);
        assertThat(counts.takeChanges()).isEqualTo(Map.of("alice", 1));
        assertThat(counts.all()).isEqualTo(Map.of("alice", 1));
    }

    @Test
    void whoHearsAllChangesKnowsAllCountsHoweverManyThreadsMakeThem() {
        Map<String, Integer> heard = new HashMap<>();
        Runnable coming = () -> {
            for (int i = 0; i < 20_000; i++) {
                counts.admit("user-" + i % 7, Integer.MAX_VALUE);
                if (i % 3 != 0) {
                    counts.leave("user-" + i % 7);
                }
            }
        };
        Together.run(coming, coming, () -> {
            for (int i = 0; i < 2_000; i++) {
                heard.putAll(counts.takeChanges());
            }
        });
        heard.putAll(counts.takeChanges());

        assertThat(heard).isEqualTo(counts.all());
    }
}
