package io.kulkul.core.hub;

import io.kulkul.core.bus.BusListener;
import io.kulkul.core.channel.Channels;
import io.kulkul.core.eventlog.PlacedEvent;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes in what other instances send: events go to the channels that somebody here wants. */
final class Incoming implements BusListener {

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

    @Override
    public void events(List<PlacedEvent> events) {
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

    @Override
    public void notice(String from, String kind, String json) {
        LOG.log(Level.DEBUG, () -> "KULKUL0532D a notice of " + from + " that nobody here understands: " + kind);
    }
}
