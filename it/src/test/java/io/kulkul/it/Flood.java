package io.kulkul.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Connections that mean no good: as many that never authenticate as that trickle one byte a second, of which every other one trickles its
 * handshake and the others a text frame.
 *
 * <p>One thread of its own moves all of them. What the server ends is opened again at once, until the flood is closed. The counters are
 * guarded by its monitor; all else is confined to its thread.
 */
final class Flood implements AutoCloseable {
    /** Below what the server lets wait for being accepted, so that the system refuses none. */
    private static final int OPENING_AT_ONCE = 64;

    private static final long TRICKLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The head of a masked text frame of 16,000 bytes. */
    private static final byte[] FRAME = {(byte) 0x81, (byte) (0x80 | 126), 0x3e, (byte) 0x80, 0, 0, 0, 0};

    private final InetSocketAddress server;
    private final String authority;
    private final List<Attacker> attackers = new ArrayList<>();
    private final Deque<Attacker> outside = new ArrayDeque<>();
    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocate(8192);
    private final Thread thread = new Thread(this::run, "flood");
    private final Map<Integer, Integer> closeCodes = new HashMap<>();
    private final Map<Manner, Integer> ended = new HashMap<>();
    private volatile boolean over;
    private int opening;
    private int neverOpen;
    private int openings;
    private Exception failure;

    /** What a connection does instead of what it should. */
    enum Manner {
        SAYS_NOTHING,
        TRICKLES_HANDSHAKE,
        TRICKLES_FRAME
    }

    /** Begins at once, with {@code each} connections that say nothing and {@code each} that trickle. */
    Flood(URI endpoint, int each) throws IOException {
        server = new InetSocketAddress(endpoint.getHost(), endpoint.getPort());
        authority = endpoint.getAuthority();
        neverOpen = 2 * each;
        for (int i = 0; i < each; i++) {
            attackers.add(new Attacker(Manner.SAYS_NOTHING));
            attackers.add(new Attacker(i % 2 == 0 ? Manner.TRICKLES_HANDSHAKE : Manner.TRICKLES_FRAME));
        }
        outside.addAll(attackers);
        thread.start();
    }

    /** Waits until each of the connections has been open. */
    void awaitAllOpen() throws InterruptedException {
        await("all connections", () -> neverOpen == 0);
    }

    /** Waits until the server has closed so many connections with this code. */
    void awaitClosed(int code, int count) throws InterruptedException {
        await(count + " closed with " + code, () -> closeCodes.getOrDefault(code, 0) >= count);
    }

    private synchronized void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + KulkulClient.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (millis <= 0 || failure != null) {
                throw new AssertionError("not " + what + "; " + this, failure);
            }
            wait(millis);
        }
    }

    @Override
    public synchronized String toString() {
        return attackers.size() + " attackers, " + neverOpen + " of them never connected; " + openings
                + " connections in all; close codes " + closeCodes + "; ended by the server " + ended;
    }

    /** Ends all connections without a word. */
    @Override
    public void close() {
        over = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (selector) {
            long trickle = System.nanoTime() + TRICKLE_NANOS;
            while (!over) {
                openMore();
                long nanos = trickle - System.nanoTime();
                if (nanos <= 0) {
                    trickle += TRICKLE_NANOS;
                    attackers.forEach(Attacker::trickle);
                } else {
                    selector.select(key -> ((Attacker) key.attachment()).ready(), nanos / 1_000_000 + 1);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            fail(e);
        } finally {
            attackers.forEach(Attacker::drop);
        }
    }

    private synchronized void fail(Exception e) {
        failure = e;
        notifyAll();
    }

    private void openMore() throws IOException {
        while (opening < OPENING_AT_ONCE && !outside.isEmpty()) {
            opening++;
            outside.remove().connect();
        }
    }

    private synchronized void opened(boolean first) {
        openings++;
        neverOpen -= first ? 1 : 0;
        notifyAll();
    }

    private synchronized void closeFrame(int code) {
        closeCodes.merge(code, 1, Integer::sum);
        notifyAll();
    }

    private synchronized void ended(Manner manner) {
        ended.merge(manner, 1, Integer::sum);
    }

    /** One of them; has one connection after the other. */
    private final class Attacker {
        private final Manner manner;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private final byte[] request;
        private SocketChannel channel;
        private boolean open;
        private boolean everOpen;
        private boolean closing;
        private int trickled;

        Attacker(Manner manner) {
            this.manner = manner;
            String head = String.join(
                    "\r\n",
                    "GET /ws HTTP/1.1",
                    "Host: " + authority,
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    "Sec-WebSocket-Version: 13",
                    "");
            request = (manner == Manner.TRICKLES_HANDSHAKE ? head + "X-Endless: " : head + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
        }

        void connect() throws IOException {
            received.reset();
            open = false;
            closing = false;
            trickled = 0;
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            // So that the end leaves no sockets behind that wait for late packets.
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.register(selector, SelectionKey.OP_CONNECT, this);
            channel.connect(server);
        }

        void ready() {
            try {
                SelectionKey key = channel.keyFor(selector);
                if (key.isConnectable()) {
                    channel.finishConnect();
                    key.interestOps(SelectionKey.OP_READ);
                    begin();
                } else {
                    read();
                }
            } catch (IOException reset) {
                end();
            }
        }

        private void begin() throws IOException {
            if (manner == Manner.TRICKLES_HANDSHAKE) {
                isOpen();
                trickle();
            } else {
                // A new socket's buffer takes it as a whole.
                channel.write(ByteBuffer.wrap(request));
            }
        }

        private void read() throws IOException {
            buffer.clear();
            int count = channel.read(buffer);
            if (count < 0) {
                end();
                return;
            }
            received.write(buffer.array(), 0, count);
            byte[] all = received.toByteArray();
            int frames = new String(all, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
            if (frames >= 4 && manner != Manner.TRICKLES_HANDSHAKE) {
                if (!open && all[9] == '1') {
                    isOpen();
                    trickle();
                }
                look(all, frames);
            }
        }

        /** Looks for a close frame; none of the server's other frames here is longer than two bytes of length can say. */
        private void look(byte[] all, int from) {
            int at = from;
            while (!closing && at + 4 <= all.length) {
                int length = all[at + 1] & 0x7f;
                int head = 2;
                if (length == 126) {
                    length = twoBytes(all, at + 2);
                    head = 4;
                }
                if ((all[at] & 0xf) == 0x8) {
                    closing = true;
                    closeFrame(twoBytes(all, at + 2));
                }
                at += head + length;
            }
        }

        private static int twoBytes(byte[] from, int at) {
            return ((from[at] & 0xff) << 8) | (from[at + 1] & 0xff);
        }

        private void isOpen() {
            open = true;
            opening--;
            opened(!everOpen);
            everOpen = true;
        }

        /** Sends one byte more, where the manner is to trickle. */
        void trickle() {
            if (!open || manner == Manner.SAYS_NOTHING) {
                return;
            }
            byte next = manner == Manner.TRICKLES_HANDSHAKE
                    ? trickled < request.length ? request[trickled] : (byte) 'x'
                    : trickled < FRAME.length ? FRAME[trickled] : (byte) 'x';
            trickled++;
            try {
                channel.write(ByteBuffer.wrap(new byte[] {next}));
            } catch (IOException reset) {
                end();
            }
        }

        private void end() {
            if (open) {
                ended(manner);
            } else {
                opening--;
            }
            open = false;
            drop();
            outside.add(this);
        }

        void drop() {
            try {
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
