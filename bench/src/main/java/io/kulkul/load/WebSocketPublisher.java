package io.kulkul.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Publishes on a connection of its own; reads the server's answers for refusals. */
final class WebSocketPublisher extends Link implements Publisher {

    private final CountDownLatch open = new CountDownLatch(1);

    WebSocketPublisher(LoadPlan plan, Trouble trouble) {
        super(plan.target(), new Upgrade(plan.target(), "kulkul.v1", plan.token(0)), trouble);
    }

    @Override
    void opened() {
        ready();
        open.countDown();
    }

    /** Whether it is connected after at most this long. */
    boolean awaitOpen(long seconds) throws InterruptedException {
        return open.await(seconds, TimeUnit.SECONDS) && state() == State.READY;
    }

    @Override
    public void message(byte[] bytes, int from, int to) {
        if (Words.count(Words.ERROR, bytes, from, to) > 0) {
            trouble().add(Words.text(bytes, from, to));
        } else if (Words.count(Words.PING, bytes, from, to) > 0) {
            try {
                send(Words.PONG);
            } catch (IOException e) {
                fail("answering a ping: " + e.getMessage());
            }
        }
    }

    @Override
    public void put(byte[] publication, ByteBuffer into) {
        FrameWriter.put(into, FrameWriter.TEXT, publication, 0, publication.length);
    }

    @Override
    public int overhead() {
        return FrameWriter.MAX_HEADER;
    }

    @Override
    public void send(ByteBuffer publications) throws IOException, InterruptedException {
        write(publications);
        while (isFull()) {
            if (state() == State.CLOSED) {
                throw new IOException("the publisher's connection is closed");
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
        if (state() == State.CLOSED) {
            throw new IOException("the publisher's connection is closed");
        }
    }

    @Override
    public void finish() {
        // Its loop ends it, when the answers have had time to come.
    }
}
