package io.kulkul.core.admin;

import io.kulkul.core.access.Caller;
import io.kulkul.core.hub.EventText;
import io.kulkul.core.hub.Hub;
import io.kulkul.core.hub.Publication;
import io.kulkul.core.hub.RefusedException;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;

/**
 * One event for a user or for a tenant as a whole.
 *
 * @param channel the channel that stands for them
 */
record Announcement(Hub hub, Caller caller, String tenant, String channel) {

    /** Publishes the event that the body is. */
    Response publish(InputStream body) throws RefusedException, IOException, InterruptedException {
        String text = CommandText.text(body, hub.connectionSettings().maxMessageBytes());
        Publication publication = new EventText(tenant, caller.user()).read(text, channel);
        HubSink sink = new HubSink(hub.publishing(), hub.authorizing(), caller);
        sink.check(publication);
        sink.awaitRoom();
        return Requests.json(
                PublishedText.json(EventIntake.result(hub.operating().publish(caller, publication))));
    }
}
