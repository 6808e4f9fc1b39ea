package io.kulkul.core.hub;

import io.kulkul.core.access.Caller;
import io.kulkul.core.json.JsonObjectWriter;
import java.lang.System.Logger.Level;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

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

    /** Begins a line about a command that was given here; {@link #write} ends it. */
    JsonObjectWriter line(Caller by, String tenant, String what) {
        return about(line(by.user()), tenant, what);
    }

    /**
     * Begins a line about a command that was given on another instance.
     *
     * @param whoTenant the operator's own tenant, or null
     * @param from the other instance's name
     */
    JsonObjectWriter line(String who, @Nullable String whoTenant, String from, String tenant, String what) {
        return about(line(who).string("whoTenant", whoTenant).string("from", from), tenant, what);
    }

    private JsonObjectWriter line(String who) {
        return new JsonObjectWriter(192)
                .string("when", clock.instant().toString())
                .string("who", who);
    }

    private static JsonObjectWriter about(JsonObjectWriter line, String tenant, String what) {
        return line.string("what", what).string("tenant", tenant.isEmpty() ? null : tenant);
    }

    void write(JsonObjectWriter line) {
        String json = line.end();
        LOG.log(Level.INFO, () -> "KULKUL0701I " + json);
    }
}
