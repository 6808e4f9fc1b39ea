package io.kulkul.core.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresRestartTest {

    private static final ChannelId ORDERS = new ChannelId("", "orders:1");

    private final EventIds ids = new EventIds(Clock.systemUTC(), new Random(1));

    private List<Draft> draft() {
        return List.of(new Draft(ORDERS, "e", "1", ids.next(), null, null, null));
    }

    private static EmbeddedPostgres start(File data, int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .start();
    }

    @Test
    void theLogAndTheSignalSurviveARestartOfTheDatabase(@TempDir Path folder) throws Exception {
        File data = folder.resolve("data").toFile();
        EmbeddedPostgres first = start(data, 0);
        int port = first.getPort();
        DataSource dataSource = PostgresServer.dataSource(port, "public");
        JdbcEventLog log = JdbcEventLog.open(
                dataSource,
                Runnable::run,
                channel -> new LogOptions(new Retention(10, Duration.ofMinutes(1)), true),
                ids::next,
                Clock.systemUTC());
        try (OutboxSignal signal = new OutboxSignal(dataSource)) {
            log.append(draft(), false);
            assertThat(signal.await(Duration.ofSeconds(30))).isTrue();

            first.close();
            assertThatExceptionOfType(LogUnavailableException.class)
                    .isThrownBy(() -> log.append(draft(), false))
                    .matches(failure -> !failure.outcomeUnknown());
            assertThatExceptionOfType(LogUnavailableException.class).isThrownBy(() -> log.head(ORDERS));
            assertThat(signal.await(Duration.ofSeconds(30))).isTrue();
            assertThat(signal.listens()).isFalse();

            try (EmbeddedPostgres second = start(data, port)) {
                assertThat(second.getPort()).isEqualTo(port);
                assertThat(log.append(draft(), false).get(0).event().seq()).isEqualTo(2);
                while (!signal.listens()) {
                    assertThat(signal.await(Duration.ofSeconds(30))).isTrue();
                }
                log.submit(draft().get(0));
                assertThat(signal.await(Duration.ofSeconds(30))).isTrue();
                assertThat(log.relay(10).stored().get(0).event().seq()).isEqualTo(3);
            }
        }
    }
}
