package io.kulkul.core.hub;

import io.kulkul.core.channel.Appended;
import io.kulkul.core.connection.Connection;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.Reply;
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

    void publish(Connection connection, Command.Publish command) throws RefusedException {
        String channel = Authorizing.resolve(connection.caller(), command.channel());
        Appended appended = publishing.publish(new Publication(
                new ChannelId(connection.tenant(), channel),
                command.event(),
                command.payload(),
                command.key(),
                command.correlation(),
                connection.caller().user()));
        connection.reply(
                new Reply.Published(command.id(), channel, appended.event().position(), appended.duplicate()));
        if (!appended.duplicate()) {
            listeners.forEach(listener -> listener.published(connection, appended.event()));
        }
    }
}
