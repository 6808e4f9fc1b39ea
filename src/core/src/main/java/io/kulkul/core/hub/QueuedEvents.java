package io.kulkul.core.hub;

import io.kulkul.core.bus.PublishHandler;
import io.kulkul.core.bus.RefusedMessageException;
import io.kulkul.core.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Publishes the events that other programs put into the message queue, as the application itself does: who may write to the queue is
 * the broker's to say.
 */
public final class QueuedEvents implements PublishHandler {

    private final Publishing publishing;
    private final int maxEventBytes;

    /**
     * Publishes to a hub.
     *
     * @param maxEventBytes the most bytes of one event
     */
    public QueuedEvents(Publishing publishing, int maxEventBytes) {
        this.publishing = publishing;
        this.maxEventBytes = maxEventBytes;
    }

    @Override
    public Checked check(List<String> events) throws RefusedMessageException {
        List<Publication> publications = new ArrayList<>(events.size());
        for (String event : events) {
            publications.add(checked(event));
        }
        return () -> publish(publications);
    }

    private Publication checked(String event) throws RefusedMessageException {
        try {
            if (event.length() > maxEventBytes || event.getBytes(StandardCharsets.UTF_8).length > maxEventBytes) {
                throw new RefusedException(
                        ErrorCode.LIMIT_MESSAGE_SIZE, "an event has at most " + maxEventBytes + " bytes");
            }
            Publication publication = EventText.ofApplication(event);
            publishing.check(publication);
            return publication;
        } catch (RefusedException e) {
            throw refused(e);
        }
    }

    private CompletionStage<?> publish(List<Publication> publications) throws InterruptedException {
        List<CompletableFuture<?>> published = new ArrayList<>(publications.size());
        for (Publication publication : publications) {
            publishing.awaitRoom();
            published.add(publish(publication));
        }
        return CompletableFuture.allOf(published.toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<?> publish(Publication publication) {
        try {
            return publishing.publish(publication).toCompletableFuture();
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(
                    e.code() == ErrorCode.UNAVAILABLE || e.code() == ErrorCode.INTERNAL ? e : refused(e));
        }
    }

    private static RefusedMessageException refused(RefusedException e) {
        return new RefusedMessageException(e.code().wire() + ": " + e.explanation());
    }
}
