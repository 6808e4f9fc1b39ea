package io.kulkul.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/**
 * A way by TCP to a port of this machine that a test can interrupt: a network between servers and a broker. Thread-safe.
 *
 * <p>A thread takes connections, and two more per connection carry bytes. All of them end with the relay.
 */
final class Relay implements AutoCloseable {
    private final int target;
    private final int port;
    private final List<Socket> sockets = new ArrayList<>();
    private ServerSocket door;
    private boolean silent;

    Relay(int target) throws IOException {
        this.target = target;
        this.port = Ports.free();
        open();
    }

    int port() {
        return port;
    }

    /** From now on nothing goes through, and nobody is told: a cable is pulled. */
    synchronized void silence() {
        silent = true;
    }

    /** Ends all connections, and refuses new ones. */
    synchronized void cut() throws IOException {
        door.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
        silent = false;
        notifyAll();
    }

    /** Lets everything through again. */
    synchronized void mend() throws IOException {
        silent = false;
        notifyAll();
        if (door.isClosed()) {
            open();
        }
    }

    @Override
    public void close() throws IOException {
        cut();
    }

    private synchronized void open() throws IOException {
        ServerSocket opened = new ServerSocket();
        opened.setReuseAddress(true);
        opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        door = opened;
        start("accepts", () -> accept(opened));
    }

    private void accept(ServerSocket from) throws IOException {
        while (!from.isClosed()) {
            Socket near = from.accept();
            Socket far;
            try {
                far = new Socket(InetAddress.getLoopbackAddress(), target);
            } catch (IOException gone) {
                // What is behind the relay is away: so is the connection.
                near.close();
                continue;
            }
            synchronized (this) {
                sockets.add(near);
                sockets.add(far);
            }
            start("to " + target, () -> carry(near, far));
            start("from " + target, () -> carry(far, near));
        }
    }

    private void carry(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[16_384];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                awaitSound();
                out.write(bytes, 0, read);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (this) {
                sockets.remove(from);
                sockets.remove(to);
            }
        }
    }

    private synchronized void awaitSound() throws InterruptedException {
        while (silent) {
            wait();
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private void start(String what, Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (SocketException ended) {
                        // One of the ends, or the test, has closed it.
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                "relay " + port + " " + what);
        thread.setDaemon(true);
        thread.start();
    }
}
