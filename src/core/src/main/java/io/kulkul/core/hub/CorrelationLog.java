package io.kulkul.core.hub;

import io.kulkul.core.channel.Appended;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.json.JsonObjectWriter;
import java.lang.System.Logger.Level;

/** Writes a log line for each event to which its publisher gave a correlation, so that it is found in the log too. Thread-safe. */
final class CorrelationLog {

    private static final System.Logger LOG = System.getLogger(CorrelationLog.class.getName());

    private CorrelationLog() {}

    /** Costs next to nothing while nobody reads this, as it is by default. */
    static void note(Appended appended) {
        Event event = appended.event();
        if (event.correlation() != null && LOG.isLoggable(Level.DEBUG)) {
            LOG.log(Level.DEBUG, "KULKUL0403D " + line(event, appended.duplicate()));
        }
    }

    /** JSON, because publishers choose most of this and could otherwise write log lines of their own. */
    private static String line(Event event, boolean duplicate) {
        String tenant = event.channel().tenant();
        return new JsonObjectWriter(256)
                .string("correlation", event.correlation())
                .string("event", event.name())
                .string("id", event.id())
                .string("channel", event.channel().name())
                .string("tenant", tenant.isEmpty() ? null : tenant)
                .string("publisher", event.publisher())
                .bool("duplicate", duplicate)
                .end();
    }
}
