package io.kulkul.core.bus;

import io.kulkul.core.eventlog.PlacedEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a bus hears, in its order. */
final class Heard implements BusListener {

    final List<PlacedEvent> events = new CopyOnWriteArrayList<>();

    /** Names of events, and notices as {@code from kind json}. */
    final List<String> all = new CopyOnWriteArrayList<>();

    @Override
    public void events(List<PlacedEvent> some) {
        some.forEach(event -> all.add(event.draft().name()));
        events.addAll(some);
    }

    @Override
    public void notice(String from, String kind, String json) {
        all.add(from + " " + kind + " " + json);
    }
}
