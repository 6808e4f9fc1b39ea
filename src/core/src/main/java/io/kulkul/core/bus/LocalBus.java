package io.kulkul.core.bus;

import io.kulkul.core.eventlog.PlacedEvent;
import java.time.Duration;

/** The bus of an instance that is by itself: nobody is there to hear anything. */
public final class LocalBus implements EventBus {

    @Override
    public void start(BusListener listener) {
        // Nobody will ever call it.
    }

    @Override
    public void stop() {
        // Nothing was begun.
    }

    @Override
    public void publish(PlacedEvent event) {
        // All subscribers are here.
    }

    @Override
    public void send(String kind, String json) {
        // All who could be meant are here.
    }

    @Override
    public boolean clustered() {
        return false;
    }

    @Override
    public boolean connected() {
        return true;
    }

    @Override
    public Duration lag() {
        return Duration.ZERO;
    }

    @Override
    public long dropped() {
        return 0;
    }
}
