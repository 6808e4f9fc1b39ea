package io.kulkul.core.admin;

import io.kulkul.api.spi.ChannelOperation;
import io.kulkul.core.access.Caller;
import io.kulkul.core.channel.Appended;
import io.kulkul.core.hub.Authorizing;
import io.kulkul.core.hub.Publication;
import io.kulkul.core.hub.Publishing;
import io.kulkul.core.hub.RefusedException;
import java.util.concurrent.CompletionStage;

/** Publishes to the hub what the caller may publish. */
record HubSink(Publishing publishing, Authorizing authorizing, Caller caller) implements EventSink {

    @Override
    public void check(Publication publication) throws RefusedException {
        publishing.check(publication);
        authorizing.require(
                caller,
                publication.channel().tenant(),
                ChannelOperation.PUBLISH,
                publication.channel().name());
    }

    @Override
    public CompletionStage<Appended> publish(Publication publication) throws RefusedException {
        return publishing.publish(publication);
    }

    @Override
    public void awaitRoom() throws InterruptedException {
        publishing.awaitRoom();
    }
}
