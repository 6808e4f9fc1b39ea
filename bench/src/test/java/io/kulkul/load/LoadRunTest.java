package io.kulkul.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Whole runs against a server in the test's process; only counts are looked at, never times. */
class LoadRunTest {

    @Test
    void aFlawlessServerIsFoundFlawless() throws Exception {
        LoadResult result = run(
                UnaryOperator.identity(),
                "--connections",
                "6",
                "--channels",
                "3",
                "--subscriptions",
                "2",
                "--threads",
                "2");

        assertThat(result.trouble()).isEmpty();
        assertThat(result.isFlawless()).isTrue();
        assertThat(result.connections()).isEqualTo(6);
        assertThat(result.expected()).isPositive();
        assertThat(result.json()).contains("\"missing\":0").contains("\"duplicates\":0");
    }

    @Test
    void withoutARateTheSubscribersSetThePace() throws Exception {
        LoadResult result = run(UnaryOperator.identity(), "--connections", "2", "--rate", "0", "--window", "4");

        assertThat(result.isFlawless()).isTrue();
        assertThat(result.expected()).isPositive();
    }

    @Test
    void lostEventsAreMissing() throws Exception {
        AtomicInteger count = new AtomicInteger();

        LoadResult result = run(frame -> count.incrementAndGet() % 10 == 0 ? List.of() : frame, "--drain", "PT0.2S");

        assertThat(result.missing()).isEqualTo(count.get() / 10);
        assertThat(result.isFlawless()).isFalse();
    }

    @Test
    void doubledEventsAreFound() throws Exception {
        AtomicInteger count = new AtomicInteger();

        LoadResult result =
                run(frame -> count.incrementAndGet() % 10 == 0 ? List.of(frame.get(0), frame.get(0)) : frame);

        assertThat(result.duplicates()).isEqualTo(count.get() / 10);
        assertThat(result.missing()).isZero();
    }

    @Test
    void exchangedEventsAreFound() throws Exception {
        List<String> held = new ArrayList<>();
        AtomicInteger count = new AtomicInteger();

        LoadResult result = run(frame -> {
            if (count.incrementAndGet() == 5) {
                held.addAll(frame);
                return List.of();
            }
            return count.get() == 6 ? List.of(frame.get(0), held.get(0)) : frame;
        });

        assertThat(result.late()).isEqualTo(1);
        assertThat(result.missing()).isZero();
    }

    @Test
    void refusalsAreToldInWords() throws Exception {
        LoadResult result = run(frame -> List.of(frame.get(0), "{\"type\":\"error\",\"code\":\"internal\"}"));

        assertThat(result.trouble()).containsExactly("{\"type\":\"error\",\"code\":\"internal\"}");
    }

    @Test
    void aServerThatTakesNobodyEndsTheRun() throws Exception {
        try (FakeServer server = new FakeServer(UnaryOperator.identity())) {
            server.refuse();
            LoadRun run = new LoadRun(LoadCommand.parse(List.of("--url", server.url())), LoadListener.NONE);

            assertThatThrownBy(run::run)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no connection could subscribe")
                    .hasMessageContaining("HTTP/1.1 503 Busy");
        }
    }

    private static LoadResult run(UnaryOperator<List<String>> delivery, String... options) throws Exception {
        try (FakeServer server = new FakeServer(delivery)) {
            List<String> all = new ArrayList<>(List.of("--url", server.url(), "--connections", "1", "--rate", "200"));
            all.addAll(List.of("--hold", "PT0S", "--warm-up", "PT0.1S", "--duration", "PT0.4S"));
            for (int i = 0; i < options.length; i += 2) {
                // What a test says holds instead of the above.
                int known = all.indexOf(options[i]);
                if (known >= 0) {
                    all.set(known + 1, options[i + 1]);
                } else {
                    all.addAll(List.of(options[i], options[i + 1]));
                }
            }
            return new LoadRun(LoadCommand.parse(all), LoadListener.NONE).run();
        }
    }
}
