package io.kulkul.load;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection of the generator.
 *
 * <p>Its loop's thread connects and reads; writing is guarded by the link's monitor, because a publisher's thread writes, too.
 */
abstract class Link implements FrameReader.Handler {

    private static final byte[] NOTHING = {};

    private final Target target;
    private final Upgrade upgrade;
    private final Trouble trouble;
    private final FrameReader frames = new FrameReader();
    private byte[] rest = NOTHING;
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private @Nullable ByteBuffer pending;
    private volatile State state = State.NEW;

    /** How far it is. */
    enum State {
        NEW,
        CONNECTING,
        UPGRADING,
        OPEN,
        READY,
        CLOSED
    }

    Link(Target target, Upgrade upgrade, Trouble trouble) {
        this.target = target;
        this.upgrade = upgrade;
        this.trouble = trouble;
    }

    State state() {
        return state;
    }

    /** The handshake is over. */
    abstract void opened() throws IOException;

    /** How many bytes the system may keep that were not read; 0: as many as it likes. */
    int receiveBuffer() {
        return 0;
    }

    /** Begins to connect. */
    void connect(Selector selector) {
        try {
            SocketChannel opening = SocketChannel.open();
            channel = opening;
            opening.configureBlocking(false);
            opening.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (receiveBuffer() > 0) {
                opening.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer());
            }
            state = State.CONNECTING;
            boolean connected = opening.connect(target.address());
            key = opening.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
            if (connected) {
                connected();
            }
        } catch (IOException e) {
            fail("connecting: " + e.getMessage());
        }
    }

    private void connected() throws IOException {
        state = State.UPGRADING;
        write(ByteBuffer.wrap(upgrade.request()));
    }

    /** The socket can do something. */
    void selected(SelectionKey selected, ByteBuffer buffer, byte[] bytes) {
        try {
            SocketChannel socket = (SocketChannel) selected.channel();
            if (selected.isConnectable() && socket.finishConnect()) {
                selected.interestOps(SelectionKey.OP_READ);
                connected();
            } else {
                if (selected.isWritable()) {
                    flush();
                }
                if (selected.isValid() && selected.isReadable()) {
                    read(socket, buffer, bytes);
                }
            }
        } catch (IOException e) {
            fail((state == State.CONNECTING ? "connecting: " : "reading: ") + e.getMessage());
        }
    }

    private void read(SocketChannel socket, ByteBuffer buffer, byte[] bytes) throws IOException {
        buffer.clear();
        int count = socket.read(buffer);
        if (count < 0) {
            fail("the server ended the connection without a close frame");
            return;
        }
        byte[] all = bytes;
        int begun = rest.length;
        if (begun + count > bytes.length) {
            all = Arrays.copyOf(rest, begun + count);
        } else {
            System.arraycopy(rest, 0, bytes, 0, begun);
        }
        buffer.flip().get(all, begun, count);
        int end = begun + count;
        int at = 0;
        if (state == State.UPGRADING) {
            at = upgrade.end(all, 0, end);
            if (at >= 0) {
                state = State.OPEN;
                opened();
            }
        }
        int from = at < 0 ? 0 : frames.read(all, at, end, this);
        rest = from == end ? NOTHING : Arrays.copyOfRange(all, from, end);
    }

    /** All that this connection was made for is done: it is ready to be measured. */
    void ready() {
        state = State.READY;
    }

    /** From now on nothing is read. */
    void stopReading() {
        if (key != null && key.isValid()) {
            key.interestOps(0);
        }
    }

    /** Sends a text frame; what the socket does not take waits. */
    void send(byte[] text) throws IOException {
        write(FrameWriter.frame(FrameWriter.TEXT, text, 0, text.length));
    }

    /** Writes whole frames; what the socket does not take waits. */
    synchronized void write(ByteBuffer bytes) throws IOException {
        SocketChannel socket = channel;
        if (socket == null || !socket.isConnected()) {
            return;
        }
        if (pending == null) {
            socket.write(bytes);
        }
        if (bytes.hasRemaining()) {
            ByteBuffer waiting = pending;
            int before = waiting == null ? 0 : waiting.remaining();
            ByteBuffer all = ByteBuffer.allocate(before + bytes.remaining());
            if (waiting != null) {
                all.put(waiting);
            }
            pending = all.put(bytes).flip();
            interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    /** Writes what waits. */
    synchronized void flush() throws IOException {
        ByteBuffer waiting = pending;
        if (waiting != null && channel != null) {
            channel.write(waiting);
            if (!waiting.hasRemaining()) {
                pending = null;
                interest(SelectionKey.OP_READ);
            }
        }
    }

    /** Whether something waits for room in the socket. */
    synchronized boolean isFull() {
        return pending != null;
    }

    private void interest(int operations) {
        if (key != null && key.isValid()) {
            key.interestOps(operations);
        }
    }

    @Override
    public void ping(byte[] bytes, int from, int to) {
        try {
            write(FrameWriter.frame(FrameWriter.PONG, bytes, from, to));
        } catch (IOException e) {
            fail("answering a ping: " + e.getMessage());
        }
    }

    @Override
    public void close(int code, String reason) {
        fail("the server closed with " + code + " " + reason);
    }

    /** It is over, for a reason that is to be told. */
    void fail(String reason) {
        if (state != State.CLOSED) {
            trouble.add(reason);
            end();
        }
    }

    /** Says goodbye and is over. */
    void leave() {
        if (state != State.CLOSED) {
            if (state == State.OPEN || state == State.READY) {
                try {
                    write(FrameWriter.frame(FrameWriter.CLOSE, new byte[] {0x03, (byte) 0xe8}, 0, 2));
                } catch (IOException e) {
                    trouble.add("leaving: " + e.getMessage());
                }
            }
            end();
        }
    }

    private void end() {
        state = State.CLOSED;
        rest = NOTHING;
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                trouble.add("closing: " + e.getMessage());
            }
        }
    }

    Trouble trouble() {
        return trouble;
    }
}
