package io.kulkul.core.hub;

import io.kulkul.core.channel.Appended;
import io.kulkul.core.connection.Connection;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.Reply;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Carries out what clients publish, and lets the application hear it. Thread-safe. */
final class ClientPublishing {

    private final Publishing publishing;
    private final CopyOnWriteArrayList<ClientMessages> listeners = new CopyOnWriteArrayList<>();

    ClientPublishing(Publishing publishing) {
        this.publishing = publishing;
    }

    void listen(ClientMessages listener) {
        listeners.add(listener);
    }

    /** Publishes what a client sent; {@link #published} is to be called when the stage has ended. */
    CompletionStage<Appended> publish(Connection connection, Command.Publish command) throws RefusedException {
        return publishing.publish(new Publication(
                new ChannelId(connection.tenant(), Authorizing.resolve(connection.caller(), command.channel())),
                command.event(),
                command.payload(),
                command.key(),
                command.correlation(),
                connection.caller().user()));
    }

    /** Replies to the publisher, and lets the application hear of it. */
    void published(Connection connection, Command.Publish command, Appended appended) {
        Event event = appended.event();
        connection.reply(
                new Reply.Published(command.id(), event.channel().name(), event.position(), appended.duplicate()));
        if (!appended.duplicate()) {
            listeners.forEach(listener -> listener.published(connection, event));
        }
    }
}
