package io.kulkul.core.hub;

import io.kulkul.core.channel.Channels;
import io.kulkul.core.eventlog.PlacedEvent;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes in the events of other instances: they go to the channels that somebody here wants. Called by the bus, one thread at a time. */
final class Incoming {

    private static final System.Logger LOG = System.getLogger(Incoming.class.getName());

    private final Channels channels;
    private final Addressees addressees;
    private final @Nullable Durable durable;
    private boolean warned;

    Incoming(Channels channels, Addressees addressees, @Nullable Durable durable) {
        this.channels = channels;
        this.addressees = addressees;
        this.durable = durable;
    }

    void events(List<PlacedEvent> events) {
        List<PlacedEvent> placed = new ArrayList<>(events.size());
        for (PlacedEvent event : events) {
            if (event.placed()) {
                placed.add(event);
            } else {
                addressees.beforePublish(event.channel());
                channels.appendForeign(event);
            }
        }
        if (durable != null) {
            durable.receive(placed);
        } else if (!placed.isEmpty() && !warned) {
            warned = true;
            LOG.log(
                    Level.WARNING,
                    "KULKUL0531W another instance keeps "
                            + placed.get(0).channel().namespace()
                            + " in a database, this one does not: what it publishes there is not delivered here");
        }
    }
}
