package io.kulkul.core.connection;

import static io.kulkul.core.testkit.Together.require;

import io.kulkul.core.channel.Channel;
import io.kulkul.core.channel.Channels;
import io.kulkul.core.channel.NamespaceOptions;
import io.kulkul.core.channel.Namespaces;
import io.kulkul.core.dialect.Dialect;
import io.kulkul.core.dialect.DialectTraits;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.eventlog.Encoded;
import io.kulkul.core.eventlog.Encoding;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.eventlog.MemoryEventLog;
import io.kulkul.core.protocol.CloseCode;
import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.Reply;
import io.kulkul.core.protocol.Since;
import io.kulkul.core.subscription.ChannelPattern;
import io.kulkul.core.testkit.ManualTimer;
import io.kulkul.core.testkit.TestTime;
import io.kulkul.core.testkit.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Replies, offers, releases and ends of writes meet at one connection's outbox: Lincheck's model checker tries the orders of their steps.
 *
 * <p>What must hold: never two writes at a time, and when all is done, everything was sent: no wake-up is lost.
 */
class OutboxConcurrencyTest {

    @Test
    void theEndOfAWriteIsNotLostWhileItsSendReturns() {
        Together.inManyOrders(60, () -> {
            Scenario scenario = new Scenario("a:1").holding();
            Together.run(() -> scenario.reply("r"), scenario::endWrite);
            scenario.reply("s");
            scenario.expectSent("r", "s");
        });
    }

    @Test
    void anOfferIsNotLostWhileAWriteEnds() {
        Together.inManyOrders(150, () -> {
            Scenario scenario = new Scenario("a:*").entered().released().holding();
            scenario.offer(1);
            scenario.quick();
            Together.run(() -> scenario.offer(2), scenario::endWrite);
            scenario.reply("s");
            scenario.expectSent("1", "2", "s");
        });
    }

    @Test
    void anOfferIsNotLostWhileItsSubscriptionIsReleased() {
        Together.inManyOrders(60, () -> {
            Scenario scenario = new Scenario("a:1").entered();
            Together.run(() -> scenario.offer(1), scenario::released);
            scenario.reply("s");
            scenario.expectSent("1", "s");
        });
    }

    @Test
    void theConnectionEndsOnceHoweverManyEndIt() {
        Together.inManyOrders(60, () -> {
            Scenario scenario = new Scenario("a:1");
            Together.run(
                    () -> scenario.connection.closeAfterReplies(CloseCode.PROTOCOL_VIOLATION),
                    () -> scenario.connection.close(CloseCode.DISCONNECTED));
            require(scenario.closes.get() == 1, "closed " + scenario.closes.get() + " times");
            require(scenario.ends.get() == 1, "ended " + scenario.ends.get() + " times");
        });
    }

    @Test
    void aCloseWhileAWriteEndsLeavesNothingUnderWay() {
        Together.inManyOrders(60, () -> {
            Scenario scenario = new Scenario("a:1").holding();
            scenario.reply("r");
            scenario.reply("s");
            Together.run(() -> scenario.connection.close(CloseCode.DISCONNECTED), scenario::endWrite);
            scenario.endWrite();
            require(scenario.closes.get() == 1, "closed " + scenario.closes.get() + " times");
            require(scenario.underWay.get() == null, "a write began after the close");
        });
    }

    /** Frames of one character: Lincheck takes a loop of a hundred rounds for one without an end. */
    private record Terse() implements Dialect {

        @Override
        public String name() {
            return "terse";
        }

        @Override
        public List<Command> read(String frame) {
            return List.of();
        }

        @Override
        public String write(Reply reply) {
            return reply instanceof Reply.Pong pong && pong.id() != null ? pong.id() : "!";
        }

        @Override
        public Encoding events(@Nullable ChannelPattern pattern) {
            return new Payload();
        }
    }

    private record Payload() implements Encoding {
        @Override
        public String encode(Event event) {
            return event.payload();
        }
    }

    /** A connection whose writes end at once, or when the scenario says so. */
    private static final class Scenario implements Transport {

        private final TestTime time = new TestTime();
        private final List<Event> appended = new ArrayList<>();
        private final Channels channels = new Channels(
                new Namespaces(NamespaceOptions.DEFAULTS, Map.of()),
                new MemoryEventLog(() -> "epoch-1"),
                (channel, event) -> appended.add(event),
                time,
                time::nanos,
                1000);
        private final AtomicInteger ends = new AtomicInteger();
        private final AtomicInteger closes = new AtomicInteger();
        private final AtomicBoolean holding = new AtomicBoolean();
        private final AtomicBoolean writing = new AtomicBoolean();
        private final AtomicReference<@Nullable Done> underWay = new AtomicReference<>();
        /** Written by whoever is the one writer. */
        private final StringBuilder sent = new StringBuilder();

        private final Connection connection;
        private final String name;
        private @Nullable Subscription subscription;
        private @Nullable Channel channel;

        Scenario(String name) {
            this.name = name;
            connection = new Connections(
                            ConnectionSettings.DEFAULTS,
                            time,
                            time::nanos,
                            () -> "id",
                            Meter.NONE,
                            new FlushTimer(new ManualTimer(time), Runnable::run, time::nanos, 100),
                            Runnable::run,
                            ended -> ends.incrementAndGet())
                    .open(
                            "",
                            new Terse(),
                            DialectSettings.of(ConnectionSettings.DEFAULTS, DialectTraits.NONE),
                            false,
                            0,
                            this);
        }

        /** In its channel, and not released. */
        Scenario entered() {
            Subscription begun = connection.begin(name, null, true);
            channels.subscribe(
                    new ChannelId("", "a:1"), begun, new Since.After(0, null), (entered, head) -> channel = entered);
            if (begun.pattern() == null) {
                begun.enterAt(channel, 0);
            } else {
                begun.enterAfter(0);
            }
            for (int i = 1; i <= 2; i++) {
                channels.append(new Draft(new ChannelId("", "a:1"), "e", Integer.toString(i), "id", null, null, null));
            }
            subscription = begun;
            return this;
        }

        /** From now on its writes end at once, except the one that is under way. */
        void quick() {
            holding.set(false);
        }

        /** Its writes stay under way until {@link #endWrite}. */
        Scenario holding() {
            holding.set(true);
            return this;
        }

        Scenario released() {
            subscription.release(List.of());
            return this;
        }

        /** Offers one event, as the fan-out does. */
        void offer(int seq) {
            if (subscription.offer(channel, List.of(appended.get(seq - 1)))) {
                subscription.wake();
            }
        }

        void reply(String mark) {
            connection.reply(new Reply.Pong(mark, 0));
        }

        /** The network has taken a frame, if there is one under way. */
        void endWrite() {
            Done done = underWay.getAndSet(null);
            if (done != null) {
                writing.set(false);
                done.done(null);
            }
        }

        @Override
        public void begin(Runnable writing) {
            writing.run();
        }

        @Override
        public void send(Encoded frame, Done done) {
            begin();
            sent.append(frame.text()).append('\n');
            end(done);
        }

        @Override
        public void ping(Done done) {
            begin();
            end(done);
        }

        private void begin() {
            require(writing.compareAndSet(false, true), "two writes at a time");
        }

        private void end(Done done) {
            if (holding.get()) {
                underWay.set(done);
            } else {
                writing.set(false);
                done.done(null);
            }
        }

        @Override
        public void close(int code, String reason) {
            closes.incrementAndGet();
        }

        /** All of these were sent, each once, when every write has ended. */
        void expectSent(String... marks) {
            while (underWay.get() != null) {
                endWrite();
            }
            String all = sent.toString();
            for (String mark : marks) {
                int at = all.indexOf(mark);
                require(at >= 0, "never sent: " + mark);
                require(all.indexOf(mark, at + 1) < 0, "sent twice: " + mark);
            }
        }
    }
}
