package io.kulkul.core.admin;

import io.kulkul.core.channel.Appended;
import io.kulkul.core.hub.Publication;
import io.kulkul.core.hub.Publishing;
import io.kulkul.core.hub.RefusedException;

/** Publishes to the hub. */
record HubSink(Publishing publishing) implements EventSink {

    @Override
    public void check(Publication publication) throws RefusedException {
        publishing.check(publication);
    }

    @Override
    public Appended publish(Publication publication) throws RefusedException {
        return publishing.publish(publication);
    }

    @Override
    public void awaitRoom() throws InterruptedException {
        publishing.awaitRoom();
    }
}
