package io.kulkul.core.channel;

import io.kulkul.core.channel.Channels.HistoryPage;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.eventlog.MemoryEventLog;
import io.kulkul.core.protocol.Since;
import io.kulkul.core.subscription.ChannelPattern;
import io.kulkul.core.testkit.TestHub;
import io.kulkul.core.testkit.TestTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Channels whose time passes when the test says so; they keep ten events for ten minutes, or what their namespace says. */
final class TestChannels {

    static final Duration TTL = Duration.ofMinutes(10);

    /** Somebody who wants nothing in particular. */
    static final class Nobody implements Subscriber {
        @Override
        public boolean offer(Channel channel, List<Event> run) {
            return false;
        }

        @Override
        public void missed(Channel channel, long from, long to) {
            throw new AssertionError("nobody misses anything");
        }

        @Override
        public void wake() {
            throw new AssertionError("nobody was offered anything");
        }
    }

    final TestTime time = new TestTime();
    final List<Event> fannedOut = new ArrayList<>();
    final Subscriber subscriber = new Nobody();
    final Channels channels;
    private int epochs;

    TestChannels(int replayMaxEvents) {
        channels = new Channels(
                new Namespaces(
                        TestHub.options("*").historySize(10).tailSize(10).build(),
                        Map.of(
                                "plain", TestHub.options("plain").historySize(0).build(),
                                "brief",
                                        TestHub.options("brief")
                                                .historyTtl(Duration.ofSeconds(10))
                                                .build(),
                                "cached", TestHub.options("cached").cache().build(),
                                "deep",
                                        TestHub.options("deep")
                                                .historySize(2)
                                                .tailSize(6)
                                                .build())),
                new MemoryEventLog(() -> "epoch-" + ++epochs),
                (channel, event) -> fannedOut.add(event),
                time,
                time::nanos,
                replayMaxEvents);
    }

    static ChannelId id(String name) {
        return new ChannelId("", name);
    }

    Appended append(String channel) {
        return append(channel, null);
    }

    Appended append(String channel, @Nullable String key) {
        return channels.append(new Draft(id(channel), "happened", "{}", "id", key, null, null));
    }

    /** Appends so many events, a millisecond apart. */
    void append(String channel, int events) {
        for (int i = 0; i < events; i++) {
            append(channel);
            time.advance(Duration.ofMillis(1));
        }
    }

    Replay subscribe(String channel, Since.@Nullable After since) {
        return channels.subscribe(id(channel), subscriber, since, (entered, head) -> {});
    }

    Replay subscribeAfter(String channel, long seq) {
        return subscribe(channel, new Since.After(seq, null));
    }

    Replay resume(String pattern, long timestamp, Map<String, Since.After> positions) {
        return channels.subscribe(
                "", new ChannelPattern(pattern), subscriber, new Since.AfterEach(positions, timestamp), arrival -> {});
    }

    HistoryPage history(String channel, Since.@Nullable After since, int limit, boolean reverse) {
        HistoryPage page = channels.history(id(channel), since, limit, reverse);
        if (page == null) {
            throw new AssertionError("no history");
        }
        return page;
    }

    String epoch(String channel) {
        ChannelInfo info = channels.info(id(channel));
        if (info == null || info.epoch() == null) {
            throw new AssertionError("no epoch");
        }
        return info.epoch();
    }

    static List<Long> seqs(List<Event> events) {
        return events.stream().map(Event::seq).toList();
    }

    /** The events as {@code channel:seq}. */
    static List<String> names(List<Event> events) {
        return events.stream()
                .map(event -> event.channel().name() + "#" + event.seq())
                .toList();
    }
}
