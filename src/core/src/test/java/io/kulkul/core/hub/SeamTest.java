package io.kulkul.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.channel.Channels;
import io.kulkul.core.channel.Namespaces;
import io.kulkul.core.channel.Replay;
import io.kulkul.core.connection.Connection;
import io.kulkul.core.connection.ConnectionSettings;
import io.kulkul.core.connection.Connections;
import io.kulkul.core.connection.DialectSettings;
import io.kulkul.core.connection.FlushTimer;
import io.kulkul.core.connection.Meter;
import io.kulkul.core.connection.Subscription;
import io.kulkul.core.dialect.Dialect;
import io.kulkul.core.dialect.Dialects;
import io.kulkul.core.dialect.NativeDialect;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.eventlog.MemoryEventLog;
import io.kulkul.core.json.JsonException;
import io.kulkul.core.protocol.Reply;
import io.kulkul.core.protocol.Since;
import io.kulkul.core.subscription.Filter;
import io.kulkul.core.testkit.FakeTransport;
import io.kulkul.core.testkit.JsonTexts;
import io.kulkul.core.testkit.ManualExecutor;
import io.kulkul.core.testkit.ManualTimer;
import io.kulkul.core.testkit.Schedules;
import io.kulkul.core.testkit.TestHub;
import io.kulkul.core.testkit.TestTime;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Between replayed and live events there is no seam: a subscribe and some publishing are cut into the steps between which the hub holds
 * no lock, and every order of these steps is tried.
 */
class SeamTest {

    /** The orders share most of their frames: each is read once. */
    private static final Map<String, List<JsonObject>> READ = new HashMap<>();

    @Test
    void everyEventComesOnceAndInOrderHoweverASubscribeMeetsThePublishing() {
        int runs = Schedules.tryAll(
                choose -> new Scenario("a:1", choose).since(0).run(3).expectEach());
        assertThat(runs).as("orders tried").isGreaterThan(1000);
    }

    @Test
    void theSameHoldsForAPatternThatIsResumed() {
        Schedules.tryAll(choose -> new Scenario("a:*", choose).since(0).run(3).expectEach());
    }

    @Test
    void theSameHoldsForAClientThatTakesBatches() {
        Schedules.tryAll(
                choose -> new Scenario("a:1", choose).batch().since(0).run(3).expectEach());
    }

    @Test
    void theSameHoldsWhereAWriteEndsBeforeItsSendReturns() {
        Schedules.tryAll(
                choose -> new Scenario("a:1", choose).quick().since(0).run(4).expectEach());
    }

    @Test
    void theSameHoldsWithAFilter() {
        Schedules.tryAll(choose -> new Scenario("a:1", choose)
                .since(0)
                .filter("{'odd':true}")
                .run(3)
                .expectOnly(1, 3));
    }

    @Test
    void withoutSinceEveryEventAfterTheHeadComesOnce() {
        Schedules.tryAll(choose -> new Scenario("a:1", choose).run(3).expectEachAfterHead());
    }

    @Test
    void withoutSinceAPatternGetsEveryEventThatIsPublishedAfterItCame() {
        Schedules.tryAll(choose -> new Scenario("a:*", choose).run(3).expectASuffix());
    }

    @Test
    void whatASlowClientMissesIsNamedByGapsHoweverTheStepsFall() {
        Schedules.tryAll(
                choose -> new Scenario("tiny:1", choose).since(0).run(4).expectEachOrItsGap());
    }

    @Test
    void whereADialectHasNoGapTheEventsThatAreLeftStillComeOnceAndInOrder() {
        Schedules.tryAll(choose ->
                new Scenario("tiny:1", choose).silent().since(0).run(4).expectAscendingToTheNewest());
    }

    @Test
    void nothingComesAfterTheAnswerToAnUnsubscribe() {
        Schedules.tryAll(choose ->
                new Scenario("a:1", choose).since(0).unsubscribing().run(2).expectTheAnswerLast());
    }

    @Test
    void nothingOfAPatternComesAfterTheAnswerToAnUnsubscribe() {
        Schedules.tryAll(choose ->
                new Scenario("a:*", choose).since(0).unsubscribing().run(2).expectTheAnswerLast());
    }

    @Test
    void eventsOfTwoChannelsKeepTheOrderInWhichTheyCame() {
        Schedules.tryAll(choose ->
                new Scenario("*", choose).since(0).channels("a:1", "b:1").run(3).expectOrderOfArrival());
    }

    /** One connection, one subscription, some events; each step is taken when the schedule says so. */
    private static final class Scenario {

        private final TestTime time = new TestTime();
        private final ManualExecutor dispatcher = new ManualExecutor();
        private final ManualExecutor writers = new ManualExecutor();
        private final FakeTransport transport = new FakeTransport().hold().writesOn(writers);
        private final Delivery delivery = new Delivery(this::channels, dispatcher);
        private final Channels channels = new Channels(
                new Namespaces(
                        TestHub.options("*").build(),
                        Map.of("tiny", TestHub.options("tiny").tailSize(1).build())),
                new MemoryEventLog(() -> "epoch-1"),
                delivery,
                time,
                time::nanos,
                1000);
        private final String name;
        private final IntUnaryOperator choose;
        private Dialect dialect = new NativeDialect();
        private boolean batch;
        private @Nullable Long since;
        private @Nullable Filter filter;
        private String[] names = {};
        private @Nullable Connection connection;
        private @Nullable Subscription subscription;
        private @Nullable Replay replay;
        private long head;
        private int published;
        private int stage;
        private int stages = 3;
        private List<JsonObject> frames = List.of();

        Scenario(String name, IntUnaryOperator choose) {
            this.name = name;
            this.choose = choose;
            this.names = new String[] {name.replace('*', '1')};
        }

        private Channels channels() {
            return channels;
        }

        Scenario since(long seq) {
            since = seq;
            return this;
        }

        Scenario batch() {
            batch = true;
            return this;
        }

        /** Speaks a dialect that has positions, and no frame for a gap. */
        Scenario silent() {
            dialect = new Dialects("pulse-radar", time).pick("", null);
            return this;
        }

        Scenario quick() {
            transport.release();
            return this;
        }

        Scenario filter(String json) {
            try {
                filter = Filter.parse(JsonTexts.json(json));
            } catch (JsonException e) {
                throw new AssertionError(e);
            }
            return this;
        }

        Scenario unsubscribing() {
            stages = 6;
            return this;
        }

        Scenario channels(String... several) {
            names = several;
            return this;
        }

        /** Takes all steps there are, in the schedule's order. */
        Scenario run(int events) {
            connection = new Connections(
                            ConnectionSettings.DEFAULTS,
                            time,
                            time::nanos,
                            () -> "id",
                            Meter.NONE,
                            new FlushTimer(new ManualTimer(time), Runnable::run, time::nanos, 100),
                            Runnable::run,
                            ended -> {})
                    .open(
                            "",
                            dialect,
                            DialectSettings.of(ConnectionSettings.DEFAULTS, dialect.traits()),
                            batch,
                            0,
                            transport);
            List<Runnable> possible = possible(events);
            while (!possible.isEmpty()) {
                possible.get(possible.size() == 1 ? 0 : choose.applyAsInt(possible.size()))
                        .run();
                possible = possible(events);
            }
            frames = new ArrayList<>();
            transport.frames().forEach(frame -> frames.addAll(READ.computeIfAbsent(frame, JsonTexts::objects)));
            return this;
        }

        private List<Runnable> possible(int events) {
            List<Runnable> steps = new ArrayList<>();
            if (published < events) {
                steps.add(this::publish);
            }
            if (dispatcher.pending() > 0) {
                steps.add(dispatcher::runNext);
            }
            if (writers.pending() > 0) {
                steps.add(writers::runNext);
            }
            if (transport.writing()) {
                steps.add(transport::finishWrite);
            }
            if (stage < stages) {
                steps.add(this::subscribe);
            }
            return steps;
        }

        private void publish() {
            published++;
            String payload = "{\"number\":" + published + ",\"odd\":" + (published % 2 == 1) + "}";
            ChannelId channel = new ChannelId("", names[published % names.length]);
            channels.append(new Draft(channel, "happened", payload, "id", null, null, null));
        }

        /** The steps of a subscribe between which no lock is held. */
        private void subscribe() {
            switch (stage++) {
                case 0 -> enter();
                case 1 -> connection.reply(new Reply.Subscribed(null, name, null, replay.recovered(), 0));
                case 2 -> subscription.release(subscription.wanted(replay.events()));
                case 3 -> leave();
                case 4 -> connection.end(subscription);
                default -> connection.reply(new Reply.Unsubscribed(null, name, "requested"));
            }
        }

        private void leave() {
            if (name.contains("*")) {
                channels.unsubscribe("", subscription.pattern(), subscription);
            } else {
                channels.unsubscribe(new ChannelId("", name), subscription);
            }
        }

        private void enter() {
            subscription = connection.begin(name, filter, true);
            if (name.contains("*")) {
                Since.AfterEach after = since == null ? null : new Since.AfterEach(Map.of(), TestTime.START);
                replay = channels.subscribe("", subscription.pattern(), subscription, after, subscription::enterAfter);
            } else {
                Since.After after = since == null ? null : new Since.After(since, null);
                replay = channels.subscribe(new ChannelId("", name), subscription, after, subscription::enterAt);
                head = replay.head().seq();
            }
        }

        private List<Long> seqs() {
            return seqs(frames.subList(1, frames.size()));
        }

        private static List<Long> seqs(List<JsonObject> frames) {
            List<Long> seqs = new ArrayList<>();
            for (JsonObject frame : frames) {
                if (frame.getString("type").equals("gap")) {
                    long from = frame.getJsonNumber("from").longValue();
                    LongStream.rangeClosed(from, frame.getJsonNumber("to").longValue())
                            .forEach(seqs::add);
                } else {
                    seqs.add(frame.getJsonNumber("seq").longValue());
                }
            }
            return seqs;
        }

        private void expectAnswerFirst() {
            assertThat(frames.get(0).getString("type")).isEqualTo("subscribed");
            assertThat(frames.get(0).getBoolean("recovered")).isEqualTo(since != null);
        }

        void expectEach() {
            expectEachOrItsGap();
            assertThat(frames).extracting(frame -> frame.getString("type")).doesNotContain("gap");
        }

        void expectEachOrItsGap() {
            expectOnly(LongStream.rangeClosed(1, published).toArray());
        }

        void expectOnly(long... seqs) {
            expectAnswerFirst();
            assertThat(seqs())
                    .containsExactlyElementsOf(LongStream.of(seqs).boxed().toList());
        }

        void expectAscendingToTheNewest() {
            List<Integer> seqs = frames.subList(1, frames.size()).stream()
                    .map(frame -> frame.getInt("_seq"))
                    .toList();
            assertThat(seqs).isSorted().doesNotHaveDuplicates().endsWith(published);
        }

        void expectEachAfterHead() {
            expectOnly(LongStream.rangeClosed(head + 1, published).toArray());
        }

        void expectASuffix() {
            List<Long> seqs = seqs();
            expectOnly(LongStream.rangeClosed(published - seqs.size() + 1L, published)
                    .toArray());
        }

        void expectTheAnswerLast() {
            expectAnswerFirst();
            assertThat(frames.get(frames.size() - 1).getString("type")).isEqualTo("unsubscribed");
            List<Long> seqs = seqs(frames.subList(1, frames.size() - 1));
            assertThat(seqs)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, seqs.size()).boxed().toList());
        }

        void expectOrderOfArrival() {
            expectAnswerFirst();
            List<Integer> numbers = new ArrayList<>();
            frames.subList(1, frames.size())
                    .forEach(frame -> numbers.add(frame.getJsonObject("payload").getInt("number")));
            assertThat(numbers).hasSize(published).isSortedAccordingTo(Comparator.naturalOrder());
        }
    }
}
