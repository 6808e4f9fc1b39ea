package io.kulkul.core.admin;

import io.kulkul.core.channel.Appended;
import io.kulkul.core.hub.Publication;
import io.kulkul.core.hub.RefusedException;
import java.util.concurrent.CompletionStage;

/** Where published events go: the hub's {@code Publishing}, seen from here. */
interface EventSink {

    /** Says whether the publication could be published, and by this caller, without doing so. */
    void check(Publication publication) throws RefusedException;

    /** Publishes what was checked, unless the key was used before; see {@code Publishing.publish}. */
    CompletionStage<Appended> publish(Publication publication) throws RefusedException;

    /** Waits until the hub is nearly up with what was published. */
    void awaitRoom() throws InterruptedException;
}
