package io.kulkul.core.channel;

import static io.kulkul.core.channel.TestChannels.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.eventlog.MemoryEventLog;
import io.kulkul.core.eventlog.PlacedEvent;
import io.kulkul.core.testkit.TestHub;
import io.kulkul.core.testkit.TestTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The fan-out is told to begin when the channels' lock is free again: a thread that is woken earlier runs into the lock, and waking it twice
 * costs more than an event does.
 */
class FanOutBeginTest {

    private static final String EPOCH = "database";

    private final TestTime time = new TestTime();
    private final List<Event> appended = new ArrayList<>();
    private boolean wanted = true;
    private int begun;
    private final Channels channels = new Channels(
            new Namespaces(TestHub.options("*").build(), Map.of()),
            new MemoryEventLog(() -> "epoch"),
            EPOCH,
            new Checking(),
            time,
            time::nanos,
            1000);

    @Test
    void anEventOfThisInstance() {
        channels.append(draft());

        assertThat(begun).isOne();
    }

    @Test
    void anEventOfAnotherInstance() {
        channels.append(draft());
        begun = 0;

        channels.appendForeign(new PlacedEvent(draft(), "epoch", 2, 1000));

        assertThat(appended).hasSize(2);
        assertThat(begun).isOne();
    }

    @Test
    void eventsOfTheDatabaseLogBeginOnce() {
        channels.open(id("a:1"), 0);

        channels.take(
                id("a:1"), List.of(new PlacedEvent(draft(), EPOCH, 1, 1000), new PlacedEvent(draft(), EPOCH, 2, 1000)));

        assertThat(appended).hasSize(2);
        assertThat(begun).isOne();
    }

    @Test
    void notWhereItIsUnderWayAnyway() {
        wanted = false;

        channels.append(draft());

        assertThat(appended).hasSize(1);
        assertThat(begun).isZero();
    }

    private static Draft draft() {
        return new Draft(id("a:1"), "happened", "{}", "id", null, null, null);
    }

    /** Looks for the lock from another thread. */
    private final class Checking implements FanOut {

        @Override
        public boolean appended(Channel channel, Event event) {
            appended.add(event);
            return wanted;
        }

        @Override
        public void begin() {
            begun++;
            Thread other = new Thread(() -> channels.isOpen(id("a:1")), "other");
            other.setDaemon(true);
            other.start();
            try {
                other.join(Duration.ofSeconds(20).toMillis());
            } catch (InterruptedException unexpected) {
                throw new AssertionError(unexpected);
            }
            assertThat(other.isAlive()).as("waits for the lock").isFalse();
        }
    }
}
