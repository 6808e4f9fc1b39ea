package io.kulkul.core.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.eventlog.PlacedEvent;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SendQueueTest {

    private static final long NOT_AT_ALL = 0;

    private final SendQueue queue = new SendQueue();

    private static PlacedEvent event(String name, int length) {
        return PlacedEvent.unplaced(
                new Draft(new ChannelId("", "c"), name, "1".repeat(length), "id", null, null, null), 1);
    }

    private void addEvents(int first, int last) {
        for (int number = first; number <= last; number++) {
            queue.add(event(Integer.toString(number), 1));
        }
    }

    private List<String> takeEvents() throws InterruptedException {
        Outgoing taken = queue.take(NOT_AT_ALL);
        return ((Outgoing.Events) taken)
                .events().stream().map(event -> event.draft().name()).toList();
    }

    private static List<String> numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList();
    }

    @Test
    void whatWaitsIsTakenTogetherUpToABound() throws InterruptedException {
        addEvents(1, SendQueue.MAX_JOINED + 3);

        assertThat(takeEvents()).isEqualTo(numbers(1, SendQueue.MAX_JOINED));
        assertThat(takeEvents()).isEqualTo(numbers(SendQueue.MAX_JOINED + 1, SendQueue.MAX_JOINED + 3));
        assertThat(queue.take(NOT_AT_ALL)).isNull();
    }

    @Test
    void largeEventsAreTakenAlone() throws InterruptedException {
        queue.add(event("small", 1));
        queue.add(event("beyond", SendQueue.MAX_JOINED_LENGTH + 1));
        queue.add(event("half", SendQueue.MAX_JOINED_LENGTH / 2));
        queue.add(event("other half", SendQueue.MAX_JOINED_LENGTH / 2));

        assertThat(takeEvents()).containsExactly("small");
        assertThat(takeEvents()).containsExactly("beyond");
        assertThat(takeEvents()).containsExactly("half");
        assertThat(takeEvents()).containsExactly("other half");
    }

    @Test
    void aNoticeIsTakenBetweenTheEventsThatItCameBetween() throws InterruptedException {
        Outgoing.Notice notice = new Outgoing.Notice("about", "{}");
        addEvents(1, 2);
        queue.add(notice);
        addEvents(3, 4);

        assertThat(takeEvents()).containsExactly("1", "2");
        assertThat(queue.take(NOT_AT_ALL)).isSameAs(notice);
        assertThat(takeEvents()).containsExactly("3", "4");
    }

    @Test
    void theOldestEventsGiveWayAndAreCounted() throws InterruptedException {
        addEvents(1, SendQueue.MAX_EVENTS + 7);

        assertThat(takeEvents()).startsWith("8");
        assertThat(queue.droppedEvents()).isEqualTo(7);
    }

    @Test
    void theOldestEventsGiveWayToLargeOnes() throws InterruptedException {
        int length = (int) (SendQueue.MAX_LENGTH / 2);
        queue.add(event("1", length));
        queue.add(event("2", 1));
        queue.add(event("3", length));

        assertThat(takeEvents()).containsExactly("2");
        assertThat(takeEvents()).containsExactly("3");
        assertThat(queue.droppedEvents()).isEqualTo(1);
    }

    @Test
    void eventsDoNotPushOutANotice() throws InterruptedException {
        Outgoing.Notice notice = new Outgoing.Notice("about", "{}");
        queue.add(notice);

        addEvents(1, 2 * SendQueue.MAX_EVENTS);

        assertThat(queue.take(NOT_AT_ALL)).isSameAs(notice);
        assertThat(queue.droppedNotices()).isZero();
    }

    @Test
    void theOldestNoticesGiveWayToNotices() throws InterruptedException {
        for (int number = 0; number <= SendQueue.MAX_NOTICES; number++) {
            queue.add(new Outgoing.Notice("about", Integer.toString(number)));
        }

        assertThat(queue.take(NOT_AT_ALL)).isEqualTo(new Outgoing.Notice("about", "1"));
        assertThat(queue.droppedNotices()).isEqualTo(1);
    }

    @Test
    void itEndsOnceAllWasTaken() throws InterruptedException {
        addEvents(1, 1);
        queue.close();

        assertThat(queue.ended()).isFalse();
        assertThat(takeEvents()).containsExactly("1");
        assertThat(queue.ended()).isTrue();
        assertThat(queue.take(Long.MAX_VALUE)).isNull();
    }
}
