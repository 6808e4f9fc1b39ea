package io.kulkul.core.eventlog;

/** Makes events for tests of the packages that only keep them. */
final class Events {

    private Events() {}

    static Event event(long seq, long timestamp) {
        return event("epoch", seq, timestamp);
    }

    static Event event(String epoch, long seq, long timestamp) {
        Draft draft = new Draft(new ChannelId("", "a"), "happened", Long.toString(seq), "id-" + seq, null, null, null);
        return new Event(draft, epoch, seq, true, timestamp, seq, 0);
    }
}
