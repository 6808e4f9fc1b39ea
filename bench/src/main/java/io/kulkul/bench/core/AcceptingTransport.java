package io.kulkul.bench.core;

import io.kulkul.core.connection.Transport;
import io.kulkul.core.eventlog.Encoded;

/** A socket whose client reads everything at once; keeps the sum of what it was given, so that nothing can be optimized away. */
final class AcceptingTransport implements Transport {

    private long characters;
    private long frames;

    @Override
    public void begin(Runnable writing) {
        writing.run();
    }

    @Override
    public void send(Encoded frame, Done done) {
        characters += frame.text().length();
        frames++;
        done.done(null);
    }

    @Override
    public void ping(Done done) {
        done.done(null);
    }

    @Override
    public void close(int code, String reason) {
        // Nothing is open.
    }

    /** The length of everything that was sent. */
    long characters() {
        return characters;
    }

    /** How many frames that was. */
    long frames() {
        return frames;
    }
}
