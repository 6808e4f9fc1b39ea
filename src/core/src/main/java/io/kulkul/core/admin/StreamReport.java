package io.kulkul.core.admin;

import io.kulkul.core.channel.Appended;
import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.json.JsonObjectWriter;
import java.util.StringJoiner;

/** Counts what became of a stream's lines, and lists the first {@value #MAX_ERRORS} refused ones. Confined to one thread. */
final class StreamReport {

    /** How many refused lines are listed; all are counted. */
    static final int MAX_ERRORS = 100;

    private final StringJoiner errors = new StringJoiner(",", "[", "]");
    private long published;
    private long duplicates;
    private long refused;

    void add(Appended appended) {
        if (appended.duplicate()) {
            duplicates++;
        } else {
            published++;
        }
    }

    void add(long line, RefusedException refusal) {
        refused++;
        if (refused <= MAX_ERRORS) {
            errors.add(new JsonObjectWriter(128)
                    .number("line", line)
                    .string("code", refusal.code().wire())
                    .string("message", refusal.explanation())
                    .end());
        }
    }

    String json() {
        JsonObjectWriter object = new JsonObjectWriter(256)
                .number("published", published)
                .number("duplicates", duplicates)
                .number("refused", refused)
                .json("errors", errors.toString());
        if (refused > MAX_ERRORS) {
            object.number("errorsOmitted", refused - MAX_ERRORS);
        }
        return object.end();
    }
}
