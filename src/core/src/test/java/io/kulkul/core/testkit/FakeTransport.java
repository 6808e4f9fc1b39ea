package io.kulkul.core.testkit;

import io.kulkul.core.connection.Transport;
import io.kulkul.core.eventlog.Encoded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A socket that keeps what it is given, and whose writes end when the test says so.
 *
 * <p>It objects to what a real one cannot do: a second write while one is under way. Confined to the test's thread.
 */
public final class FakeTransport implements Transport {

    private final List<String> frames = new ArrayList<>();
    private final List<Close> closes = new ArrayList<>();
    private Executor writers = Runnable::run;
    private boolean held;
    private boolean failing;
    private boolean throwing;
    private boolean together;
    private int writes;
    private int pings;
    private final List<String> pongs = new ArrayList<>();
    private Runnable atFirst = () -> {};
    private @Nullable Done underWay;

    /** What a close was called with. */
    public record Close(int code, String reason) {}

    @Override
    public void begin(Runnable writing) {
        writers.execute(writing);
    }

    /** From now on writing is begun on this executor. */
    public FakeTransport writesOn(Executor threads) {
        writers = threads;
        return this;
    }

    @Override
    public void send(Encoded frame, Done done) {
        begin(done);
        writes++;
        frames.add(frame.text());
        if (frames.size() == 1) {
            atFirst.run();
        }
        endUnlessHeld();
    }

    @Override
    public boolean sendsAll() {
        return together;
    }

    @Override
    public void sendAll(List<Encoded> all, Done done) {
        begin(done);
        writes++;
        all.forEach(frame -> frames.add(frame.text()));
        endUnlessHeld();
    }

    @Override
    public void ping(Done done) {
        begin(done);
        pings++;
        endUnlessHeld();
    }

    @Override
    public void pong(byte[] payload, Done done) {
        begin(done);
        pongs.add(new String(payload, StandardCharsets.UTF_8));
        endUnlessHeld();
    }

    /** From now on several frames may be one write. */
    public FakeTransport writesTogether() {
        together = true;
        return this;
    }

    /** Does this when the first frame is written, as somebody may who hears of it at once. */
    public void atFirst(Runnable what) {
        atFirst = what;
    }

    private void begin(Done done) {
        if (underWay != null) {
            throw new AssertionError("a write began while another one was under way");
        }
        if (!closes.isEmpty()) {
            throw new AssertionError("a write began after the close");
        }
        if (throwing) {
            throw new IllegalStateException("the test's socket throws");
        }
        underWay = done;
    }

    private void endUnlessHeld() {
        if (failing) {
            failWrite();
        } else if (!held) {
            finishWrite();
        }
    }

    @Override
    public void close(int code, String reason) {
        closes.add(new Close(code, reason));
    }

    /** From now on writes stay under way until the test ends them: the client does not read. */
    public FakeTransport hold() {
        held = true;
        return this;
    }

    /** From now on writes end at once; so does the one that is under way. */
    public void release() {
        held = false;
        if (underWay != null) {
            finishWrite();
        }
    }

    /** From now on writes fail. */
    public void fail() {
        failing = true;
        if (underWay != null) {
            failWrite();
        }
    }

    /** From now on sending throws, which no transport should. */
    public void throwOnSend() {
        throwing = true;
    }

    /** Ends the write that is under way. */
    public void finishWrite() {
        end(null);
    }

    /** Lets the write that is under way fail. */
    public void failWrite() {
        end(new IOException("the test's socket is broken"));
    }

    private void end(@Nullable Throwable failure) {
        Done done = underWay;
        if (done == null) {
            throw new AssertionError("no write is under way");
        }
        underWay = null;
        done.done(failure);
    }

    public boolean writing() {
        return underWay != null;
    }

    /** Every text frame so far, also the one under way. */
    public List<String> frames() {
        return frames;
    }

    /** How many writes text frames took. */
    public int writes() {
        return writes;
    }

    /** The payloads of the pongs. */
    public List<String> pongs() {
        return pongs;
    }

    public int pings() {
        return pings;
    }

    public List<Close> closes() {
        return closes;
    }
}
