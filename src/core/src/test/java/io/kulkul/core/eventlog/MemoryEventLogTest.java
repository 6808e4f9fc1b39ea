package io.kulkul.core.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The event log in this instance's memory. */
class MemoryEventLogTest extends EventLogContract {

    private final AtomicInteger epochs = new AtomicInteger();

    @Override
    EventLog log() {
        return new MemoryEventLog(() -> "epoch-" + epochs.incrementAndGet());
    }

    @Test
    void aChannelThatIsOpenedAgainCountsAnew() {
        EventLog log = log();
        Retention retention = new Retention(5, Duration.ofMinutes(1));

        ChannelLog first = log.open(new ChannelId("", "a"), retention);
        ChannelLog second = log.open(new ChannelId("", "a"), retention);

        assertThat(second.epoch()).isNotEqualTo(first.epoch());
    }
}
