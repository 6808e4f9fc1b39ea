package io.kulkul.core.bus;

import io.kulkul.core.json.JsonObjectWriter;

/**
 * Sends this instance's notices, each with its incarnation, by which the others know whose it is. Thread-safe.
 *
 * @param incarnation unlike that of every other start of any instance
 */
public record Voice(EventBus bus, String incarnation) {

    /** The member of every notice that says whose it is. */
    public static final String SENDER = "incarnation";

    /** The member of a notice that says whom it is for, where it is not for all. */
    public static final String RECEIVER = "to";

    /** Begins a notice for all. */
    public JsonObjectWriter begin() {
        return new JsonObjectWriter(160).string(SENDER, incarnation);
    }

    /** Begins a notice for one other instance. */
    public JsonObjectWriter beginTo(String other) {
        return begin().string(RECEIVER, other);
    }

    public void send(String kind, JsonObjectWriter notice) {
        bus.send(kind, notice.end());
    }
}
