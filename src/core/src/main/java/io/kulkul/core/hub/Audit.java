package io.kulkul.core.hub;

import io.kulkul.core.access.Caller;
import io.kulkul.core.json.JsonObjectWriter;
import java.lang.System.Logger.Level;
import java.time.Clock;

/**
 * Writes who did what to whom, and when: one line of JSON for each operator's command, to the logger {@value #LOGGER}.
 *
 * <p>Names in it are JSON strings, so that nobody's name can begin a line of its own.
 */
final class Audit {

    static final String LOGGER = "io.kulkul.audit";

    private static final System.Logger LOG = System.getLogger(LOGGER);

    private final Clock clock;

    Audit(Clock clock) {
        this.clock = clock;
    }

    /** Begins a line; {@link #write} ends it. */
    JsonObjectWriter line(Caller by, String tenant, String what) {
        return new JsonObjectWriter(192)
                .string("when", clock.instant().toString())
                .string("who", by.user())
                .string("what", what)
                .string("tenant", tenant.isEmpty() ? null : tenant);
    }

    void write(JsonObjectWriter line) {
        String json = line.end();
        LOG.log(Level.INFO, () -> "KULKUL0701I " + json);
    }
}
