package io.kulkul.core.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every event log promises; each implementation's test extends this. */
abstract class EventLogContract {

    private static final long NOW = 1_000_000;
    private static final Retention RETENTION = new Retention(5, Duration.ofMillis(100));

    /** A log that keeps nothing yet. */
    abstract EventLog log();

    private ChannelLog channel(int events) {
        return channel(RETENTION, events);
    }

    /** A channel whose events have the times NOW + 1, NOW + 2 and so on. */
    private ChannelLog channel(Retention retention, int events) {
        ChannelLog channel = log().open(new ChannelId("", "a"), retention);
        for (int i = 0; i < events; i++) {
            append(channel, NOW + i + 1);
        }
        return channel;
    }

    private static void append(ChannelLog channel, long timestamp) {
        channel.append(Events.event(channel.epoch(), channel.head() + 1, timestamp));
    }

    private static List<Long> seqs(List<Event> events) {
        return events.stream().map(Event::seq).toList();
    }

    @Test
    void aNewChannelIsEmpty() {
        ChannelLog channel = channel(0);

        assertThat(channel.head()).isZero();
        assertThat(channel.first(NOW)).isEqualTo(1);
        assertThat(channel.lostUntil(NOW)).isEqualTo(Long.MIN_VALUE);
        assertThat(channel.read(1, 10, 10, NOW)).isEmpty();
        assertThat(channel.expire(NOW)).isTrue();
        assertThat(channel.epoch()).isNotBlank();
    }

    @Test
    void channelsCountForThemselves() {
        EventLog log = log();
        ChannelLog one = log.open(new ChannelId("", "a"), RETENTION);
        ChannelLog other = log.open(new ChannelId("acme", "a"), RETENTION);

        append(one, NOW);

        assertThat(other.head()).isZero();
    }

    @Test
    void eventsAreReadOldestFirst() {
        assertThat(seqs(channel(3).read(1, 3, 10, NOW + 3))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aReadHasItsBoundsAndItsLimit() {
        ChannelLog channel = channel(5);

        assertThat(seqs(channel.read(2, 4, 10, NOW + 5))).containsExactly(2L, 3L, 4L);
        assertThat(seqs(channel.read(2, 5, 2, NOW + 5))).containsExactly(2L, 3L);
        assertThat(seqs(channel.read(-3, 100, 100, NOW + 5))).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(channel.read(6, 10, 10, NOW + 5)).isEmpty();
        assertThat(channel.read(4, 3, 10, NOW + 5)).isEmpty();
        assertThat(channel.read(Long.MAX_VALUE, Long.MAX_VALUE, 10, NOW + 5)).isEmpty();
        assertThat(seqs(channel.read(1, Long.MAX_VALUE, Integer.MAX_VALUE, NOW + 5)))
                .hasSize(5);
    }

    @Test
    void onlyTheNewestAreKept() {
        ChannelLog channel = channel(8);

        assertThat(channel.head()).isEqualTo(8);
        assertThat(channel.first(NOW + 8)).isEqualTo(4);
        assertThat(seqs(channel.read(1, 8, 10, NOW + 8))).containsExactly(4L, 5L, 6L, 7L, 8L);
    }

    @Test
    void whatIsTooOldIsNotReadWhetherOrNotItWasDiscarded() {
        ChannelLog channel = channel(5);

        assertThat(seqs(channel.read(1, 5, 10, NOW + 102))).containsExactly(3L, 4L, 5L);
        assertThat(channel.first(NOW + 104)).isEqualTo(5);
        assertThat(channel.first(NOW + 105)).isEqualTo(6);
        assertThat(channel.read(1, 5, 10, NOW + 105)).isEmpty();
    }

    @Test
    void whatIsLostIsTold() {
        ChannelLog bySize = channel(8);
        ChannelLog byAge = channel(5);

        assertThat(bySize.lostUntil(NOW + 8)).isEqualTo(NOW + 3);
        assertThat(byAge.lostUntil(NOW + 100)).isEqualTo(Long.MIN_VALUE);
        assertThat(byAge.lostUntil(NOW + 102)).isEqualTo(NOW + 2);
    }

    @Test
    void countingGoesOnAfterAllIsGone() {
        ChannelLog channel = channel(3);
        assertThat(channel.expire(NOW + 1000)).isTrue();

        append(channel, NOW + 1001);

        assertThat(channel.head()).isEqualTo(4);
        assertThat(channel.first(NOW + 1001)).isEqualTo(4);
        assertThat(channel.expire(NOW + 1001)).isFalse();
        assertThat(seqs(channel.read(1, 4, 10, NOW + 1001))).containsExactly(4L);
    }

    @Test
    void aLogWithoutHistoryCountsAndKeepsNothing() {
        ChannelLog channel = channel(new Retention(0, Duration.ofMillis(100)), 3);

        assertThat(channel.head()).isEqualTo(3);
        assertThat(channel.first(NOW + 3)).isEqualTo(4);
        assertThat(channel.read(1, 3, 10, NOW + 3)).isEmpty();
        assertThat(channel.lostUntil(NOW + 3)).isEqualTo(NOW + 3);
        assertThat(channel.expire(NOW + 3)).isTrue();
    }

    @Test
    void anEventThatDoesNotFollowIsRefused() {
        ChannelLog channel = channel(2);
        String epoch = channel.epoch();

        assertThatIllegalArgumentException().isThrownBy(() -> channel.append(Events.event(epoch, 2, NOW)));
        assertThatIllegalArgumentException().isThrownBy(() -> channel.append(Events.event(epoch, 4, NOW)));
        assertThatIllegalArgumentException().isThrownBy(() -> channel.append(Events.event("another", 3, NOW)));
    }

    @Test
    void aLongLifeOfComingAndGoingStaysExact() {
        ChannelLog channel = channel(0);
        for (int i = 1; i <= 1000; i++) {
            long now = NOW + i * 7L;
            append(channel, now);

            // 100 ms and 7 ms between two events would keep fifteen: the five newest are within it.
            long first = Math.max(1, i - 4);
            assertThat(channel.first(now)).isEqualTo(first);
            assertThat(channel.read(1, i, 100, now)).hasSize((int) (i - first + 1));
        }
    }

    @Test
    void whatIsKeptIsAlwaysTheNewestThatAreNotTooOldInOrder() {
        Retention retention = new Retention(37, Duration.ofMillis(100));
        ChannelLog channel = channel(retention, 0);
        Random random = new Random(3);
        Deque<Long> times = new ArrayDeque<>();
        long now = NOW;
        for (int i = 1; i <= 5000; i++) {
            // Bursts, of which only the newest are kept, and pauses, in which all or some become too old.
            now += random.nextInt(20) == 0 ? random.nextInt(150) : random.nextInt(2);
            append(channel, now);
            times.add(now);
            while (times.size() > 37 || times.element() <= now - 100) {
                times.remove();
            }

            assertThat(channel.read(1, i, 100, now))
                    .extracting(Event::timestamp)
                    .containsExactlyElementsOf(times);
            assertThat(channel.first(now)).isEqualTo(i - times.size() + 1);
        }
    }
}
