package io.kulkul.core.hub;

import io.kulkul.core.bus.EventBus;
import io.kulkul.core.channel.Appended;
import io.kulkul.core.channel.Channels;
import io.kulkul.core.connection.Meter;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.eventlog.DurableLog.Stored;
import io.kulkul.core.eventlog.LogUnavailableException;
import io.kulkul.core.eventlog.PlacedEvent;
import io.kulkul.core.eventlog.StorableText;
import io.kulkul.core.protocol.ErrorCode;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Checks what is to be published and appends it to its channel. Thread-safe. */
public final class Publishing {

    /** The most characters of an event's name. */
    public static final int MAX_EVENT_NAME = 255;

    /** The most characters of an idempotency key and of a correlation. */
    public static final int MAX_KEY = 128;

    private final Channels channels;
    private final Supplier<String> eventIds;
    private final Addressees addressees;
    private final Meter meter;
    private final Delivery delivery;
    private final LongSupplier nanoTime;
    private final EventBus bus;
    private final @Nullable Durable durable;

    Publishing(
            Channels channels,
            Supplier<String> eventIds,
            Addressees addressees,
            Meter meter,
            Delivery delivery,
            LongSupplier nanoTime,
            EventBus bus,
            @Nullable Durable durable) {
        this.channels = channels;
        this.eventIds = eventIds;
        this.addressees = addressees;
        this.meter = meter;
        this.delivery = delivery;
        this.nanoTime = nanoTime;
        this.bus = bus;
        this.durable = durable;
    }

    /**
     * Says whether the publication could be published, without doing so.
     *
     * @throws RefusedException when its channel, event name, key or correlation is not acceptable
     */
    public void check(Publication publication) throws RefusedException {
        ChannelId channel = publication.channel();
        if (!ChannelId.isValidName(channel.name())) {
            throw new RefusedException(ErrorCode.BAD_CHANNEL, "a channel's name is 1 to 255 of A-Z a-z 0-9 _ . : / -");
        }
        if (channel.reserved() && publication.publisher() != null) {
            throw new RefusedException(ErrorCode.FORBIDDEN, "channels that begin with $ are the hub's own");
        }
        if (!isStorable(publication)) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST,
                    "U+0000 and half surrogate pairs are not allowed, except escaped in a payload");
        }
        checkLength("event", publication.event(), 1, MAX_EVENT_NAME);
        checkLength("key", publication.key() == null ? "" : publication.key(), 0, MAX_KEY);
        checkLength("correlation", publication.correlation() == null ? "" : publication.correlation(), 0, MAX_KEY);
    }

    private static boolean isStorable(Publication publication) {
        return StorableText.isStorable(publication.event())
                && StorableText.isStorable(publication.payload())
                && StorableText.isStorable(publication.key())
                && StorableText.isStorable(publication.correlation())
                && StorableText.isStorable(publication.publisher());
    }

    private static void checkLength(String what, String text, int min, int max) throws RefusedException {
        if (text.length() < min || text.length() > max) {
            throw new RefusedException(ErrorCode.BAD_REQUEST, what + " has " + min + " to " + max + " characters");
        }
    }

    /**
     * Publishes, unless the key was used before.
     *
     * @return ends when the event has its position, which is at once except where it goes into the database; with a {@link RefusedException}
     *     of {@link ErrorCode#UNAVAILABLE} where the database does not take it
     * @throws RefusedException see {@link #check}
     */
    public CompletionStage<Appended> publish(Publication publication) throws RefusedException {
        check(publication);
        long began = nanoTime.getAsLong();
        Draft draft = draft(publication);
        if (durable == null || !channels.durable(publication.channel())) {
            return CompletableFuture.completedFuture(append(draft));
        }
        return durable.append(draft)
                .thenApply(stored -> {
                    if (!stored.duplicate()) {
                        published(draft, began);
                    }
                    return appended(stored);
                })
                .exceptionallyCompose(failure -> CompletableFuture.failedStage(unavailable(failure)));
    }

    private Draft draft(Publication publication) {
        return new Draft(
                publication.channel(),
                publication.event(),
                publication.payload(),
                eventIds.get(),
                publication.key(),
                publication.correlation(),
                publication.publisher());
    }

    /** Publishes a draft that was checked and whose channel is in this instance's memory. */
    Appended append(Draft draft) {
        ChannelId channel = draft.channel();
        addressees.beforePublish(channel);
        long began = nanoTime.getAsLong();
        Appended appended = channels.append(draft);
        if (!appended.duplicate()) {
            published(draft, began);
            if (!channel.reserved() && !channels.options(channel).keepsHistory()) {
                bus.publish(PlacedEvent.unplaced(draft, appended.event().timestamp()));
            }
        }
        CorrelationLog.note(appended);
        return appended;
    }

    private void published(Draft draft, long began) {
        meter.published(channels.options(draft.channel()).name(), nanoTime.getAsLong() - began);
    }

    private Appended appended(Stored stored) {
        Appended appended = new Appended(channels.eventOf(stored.event()), stored.duplicate());
        CorrelationLog.note(appended);
        return appended;
    }

    private static RefusedException unavailable(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        boolean unknown = cause instanceof LogUnavailableException e && e.outcomeUnknown();
        return new RefusedException(
                ErrorCode.UNAVAILABLE,
                "the event log is not available"
                        + (unknown ? "; the event may be in it: publish again with the same key" : ""));
    }

    /**
     * Whether {@link #submit} is the way to publish this within a transaction.
     */
    public boolean takesPartInTransactions(Publication publication) {
        return durable != null && channels.durable(publication.channel());
    }

    /**
     * Writes the publication into the outbox, in the calling thread's transaction.
     *
     * @throws RefusedException see {@link #check}; of {@link ErrorCode#UNAVAILABLE} where the database does not take it
     */
    public Submitted submit(Publication publication) throws RefusedException {
        check(publication);
        Durable into = Objects.requireNonNull(durable, "no database log");
        Draft draft = draft(publication);
        try {
            CompletionStage<Appended> stage = into.submit(draft)
                    .thenApply(this::appended)
                    .exceptionallyCompose(failure -> CompletableFuture.failedStage(unavailable(failure)));
            return new Submitted(draft.id(), stage);
        } catch (LogUnavailableException e) {
            throw unavailable(e);
        }
    }

    /** The transaction of what was submitted is committed. */
    public void committed(Submitted submitted) {
        Objects.requireNonNull(durable, "no database log").relayCommitted(submitted.id());
    }

    /** The transaction of what was submitted is rolled back. */
    public void rolledBack(Submitted submitted) {
        Objects.requireNonNull(durable, "no database log").forget(submitted.id());
    }

    /**
     * Something that waits in the outbox.
     *
     * @param id the event's id
     * @param published ends when the event has its position
     */
    public record Submitted(String id, CompletionStage<Appended> published) {}

    /** Waits until the fan-out is nearly up with the publishing; for publishers of streams without end. */
    public void awaitRoom() throws InterruptedException {
        delivery.awaitRoom();
    }
}
