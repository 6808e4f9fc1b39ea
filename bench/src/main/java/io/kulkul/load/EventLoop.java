package io.kulkul.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread that connects and reads its share of the connections.
 *
 * <p>It rests a moment between two looks at them, so that neither it nor the server pays for waking it at each frame; that moment is the
 * least latency that can be measured.
 */
final class EventLoop implements Runnable {

    private static final int BUFFER = 256 * 1024;
    private static final int BUSY = 256;

    private final LoadPlan plan;
    private final Ledger ledger;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final byte[] bytes = new byte[2 * BUFFER];
    private final ArrayDeque<Link> waiting;
    private final List<Link> all;
    private final List<Link> connecting = new ArrayList<>();
    private final int connectingAtOnce;
    private final double connectNanos;
    private long nextConnect;
    private volatile boolean stopped;

    /**
     * A thread's work.
     *
     * @param links to be connected
     */
    EventLoop(LoadPlan plan, Ledger ledger, List<Link> links) throws IOException {
        this.plan = plan;
        this.ledger = ledger;
        this.selector = Selector.open();
        this.waiting = new ArrayDeque<>(links);
        this.all = List.copyOf(links);
        this.connectingAtOnce = Math.max(1, plan.connecting() / plan.threads());
        this.connectNanos = plan.connectRate() == 0 ? 0 : 1e9 * plan.threads() / plan.connectRate();
        this.nextConnect = System.nanoTime();
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                connect();
                int selected = look();
                ledger.publish();
                if (plan.napMicros() > 0 && selected < BUSY) {
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(plan.napMicros()));
                }
            }
            all.forEach(Link::leave);
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int look() throws IOException {
        return plan.napMicros() > 0 ? selector.selectNow(this::selected) : selector.select(this::selected, 10);
    }

    private void selected(SelectionKey key) {
        ((Link) key.attachment()).selected(key, buffer, bytes);
    }

    private void connect() {
        connecting.removeIf(link -> link.state() == Link.State.READY || link.state() == Link.State.CLOSED);
        while (!waiting.isEmpty() && connecting.size() < connectingAtOnce && due()) {
            Link link = waiting.remove();
            link.connect(selector);
            connecting.add(link);
        }
    }

    private boolean due() {
        if (connectNanos == 0) {
            return true;
        }
        if (System.nanoTime() < nextConnect) {
            return false;
        }
        nextConnect += (long) connectNanos;
        return true;
    }

    /** Ends the connections, and then the thread. */
    void stop() {
        stopped = true;
        selector.wakeup();
    }
}
