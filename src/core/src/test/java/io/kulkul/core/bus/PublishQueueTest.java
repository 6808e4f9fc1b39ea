package io.kulkul.core.bus;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Messages of other programs in a real broker's queue. */
class PublishQueueTest {

    private static TestBroker broker;

    private final BusLog log = BusLog.listen();
    private final List<List<String>> published = new CopyOnWriteArrayList<>();
    private final List<PublishQueue> open = new ArrayList<>();
    private JMSContext context;
    private Queue queue;

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.open();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void nameQueue(TestInfo test) {
        context = broker.factory().createContext();
        queue = TestBroker.queue("publish." + test.getTestMethod().orElseThrow().getName());
        while (next(TestBroker.deadLetters()) != null) {
            // What another test left.
        }
    }

    @AfterEach
    void close() {
        open.forEach(PublishQueue::stop);
        context.close();
        log.close();
    }

    private Message next(Queue from) {
        try (JMSConsumer consumer = context.createConsumer(from)) {
            return consumer.receiveNoWait();
        }
    }

    /** Texts with "bad" in them are refused; what is published waits for what the test gives. */
    private void open(Function<List<String>, CompletionStage<?>> publishing) {
        PublishHandler handler = events -> {
            if (events.stream().anyMatch(event -> event.contains("bad"))) {
                throw new RefusedMessageException("it is bad");
            }
            return () -> {
                published.add(events);
                return publishing.apply(events);
            };
        };
        PublishQueue opened = new PublishQueue(
                broker.factory(), queue, null, handler, Executors.defaultThreadFactory(), System::nanoTime);
        open.add(opened);
        opened.start();
    }

    private void open() {
        open(events -> CompletableFuture.completedFuture(null));
    }

    private void put(String... texts) {
        for (String text : texts) {
            context.createProducer().send(queue, text);
        }
    }

    private List<String> publishedTexts() {
        return published.stream().flatMap(List::stream).toList();
    }

    private long inQueue() {
        return broker.messagesIn(queue);
    }

    @Test
    void messagesThatAreThereArePublishedTogetherAndInOrder() {
        List<String> texts = IntStream.range(0, 250).mapToObj(i -> "event " + i).toList();
        put(texts.toArray(String[]::new));

        open();

        Until.holds("all are published", () -> publishedTexts().size() == texts.size());
        assertThat(publishedTexts()).isEqualTo(texts);
        assertThat(published.get(0)).hasSize(PublishQueue.MAX_BATCH);
        assertThat(published).hasSizeLessThan(10);
        Until.holds("the queue is empty", () -> inQueue() == 0);
    }

    @Test
    void bytesAreReadAsUtf8() {
        context.createProducer().send(queue, "größe 😀".getBytes(StandardCharsets.UTF_8));

        open();

        Until.holds("it is published", () -> !published.isEmpty());
        assertThat(publishedTexts()).containsExactly("größe 😀");
    }

    @Test
    void aMessageStaysInTheQueueUntilItsEventIsSafe() {
        CompletableFuture<Void> safe = new CompletableFuture<>();
        open(events -> safe);
        put("one");
        Until.holds("it is being published", () -> !published.isEmpty());
        assertThat(inQueue()).isEqualTo(1);

        safe.complete(null);

        Until.holds("the queue is empty", () -> inQueue() == 0);
    }

    @Test
    void whatIsNotSafeWhenItEndsGoesBack() {
        open(events -> new CompletableFuture<>());
        put("one");
        Until.holds("it is being published", () -> !published.isEmpty());

        open.get(0).stop();

        assertThat(next(queue)).isNotNull();
    }

    @Test
    void aBadMessageIsLeftToTheBrokerAndTheOthersArePublishedOnce() throws Exception {
        put("1", "2", "bad", "3", "4");

        open();

        Until.holds("the good ones are published", () -> publishedTexts().size() == 4);
        assertThat(publishedTexts()).containsExactly("1", "2", "3", "4");
        Until.holds("the queue is empty", () -> inQueue() == 0);
        Message dead = next(TestBroker.deadLetters());
        assertThat(dead.getBody(String.class)).isEqualTo("bad");
        assertThat(next(TestBroker.deadLetters())).isNull();
        assertThat(log.lines("KULKUL0513W")).singleElement().asString().contains(dead.getJMSMessageID(), "it is bad");
    }

    @Test
    void whatIsNoTextIsBad() {
        context.createProducer().send(queue, context.createMessage());
        context.createProducer().send(queue, new byte[] {(byte) 0xff});
        put("good");

        open();

        Until.holds("the good one is published", () -> published.size() == 1);
        Until.holds("the queue is empty", () -> inQueue() == 0);
        assertThat(log.lines("KULKUL0513W")).hasSize(2);
    }

    @Test
    void whatIsRefusedWhenItIsPublishedIsBadAsWell() {
        open(events -> events.contains("refused")
                ? CompletableFuture.failedFuture(new RefusedMessageException("too late"))
                : CompletableFuture.completedFuture(null));
        put("refused");

        Until.holds("it is refused", () -> !log.lines("KULKUL0513W").isEmpty());
        Until.holds("the queue is empty", () -> inQueue() == 0);
        assertThat(log.lines("KULKUL0513W")).singleElement().asString().contains("too late");
    }

    @Test
    void whatCannotBePublishedAtPresentIsTriedAgain() {
        open(events -> published.size() < 3
                ? CompletableFuture.failedFuture(new IllegalStateException("the database is away"))
                : CompletableFuture.completedFuture(null));
        put("one");

        Until.holds("it is published", () -> published.size() == 3);
        Until.holds("the queue is empty", () -> inQueue() == 0);
        assertThat(publishedTexts()).containsExactly("one", "one", "one");
        assertThat(log.lines("KULKUL0514W")).singleElement().asString().contains("the database is away");
        assertThat(next(TestBroker.deadLetters())).isNull();
    }

    @Test
    void itComesBackByItselfWithTheBroker() {
        open();
        put("before");
        Until.holds("it works", () -> publishedTexts().contains("before"));
        context.close();

        broker.stop();
        Until.holds("the outage is seen", () -> !log.lines("KULKUL0511W").isEmpty());
        broker.start();
        context = broker.factory().createContext();
        put("after");

        Until.holds("it works again", () -> publishedTexts().contains("after"));
        assertThat(log.lines("KULKUL0512I")).hasSize(1);
    }
}
