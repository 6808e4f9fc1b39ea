package io.kulkul.core.hub;

import io.kulkul.core.channel.Appended;
import io.kulkul.core.channel.Channels;
import io.kulkul.core.connection.Meter;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.protocol.ErrorCode;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

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

    Publishing(
            Channels channels,
            Supplier<String> eventIds,
            Addressees addressees,
            Meter meter,
            Delivery delivery,
            LongSupplier nanoTime) {
        this.channels = channels;
        this.eventIds = eventIds;
        this.addressees = addressees;
        this.meter = meter;
        this.delivery = delivery;
        this.nanoTime = nanoTime;
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
        checkLength("event", publication.event(), 1, MAX_EVENT_NAME);
        checkLength("key", publication.key() == null ? "" : publication.key(), 0, MAX_KEY);
        checkLength("correlation", publication.correlation() == null ? "" : publication.correlation(), 0, MAX_KEY);
    }

    private static void checkLength(String what, String text, int min, int max) throws RefusedException {
        if (text.length() < min || text.length() > max) {
            throw new RefusedException(ErrorCode.BAD_REQUEST, what + " has " + min + " to " + max + " characters");
        }
    }

    /**
     * Publishes, unless the key was used before.
     *
     * @throws RefusedException see {@link #check}
     */
    public Appended publish(Publication publication) throws RefusedException {
        check(publication);
        addressees.beforePublish(publication.channel());
        long began = nanoTime.getAsLong();
        Appended appended = channels.append(new Draft(
                publication.channel(),
                publication.event(),
                publication.payload(),
                eventIds.get(),
                publication.key(),
                publication.correlation(),
                publication.publisher()));
        if (!appended.duplicate()) {
            meter.published(channels.options(publication.channel()).name(), nanoTime.getAsLong() - began);
        }
        CorrelationLog.note(appended);
        return appended;
    }

    /** Waits until the fan-out is nearly up with the publishing; for publishers of streams without end. */
    public void awaitRoom() throws InterruptedException {
        delivery.awaitRoom();
    }
}
