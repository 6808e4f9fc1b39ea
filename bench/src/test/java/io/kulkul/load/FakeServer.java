package io.kulkul.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that is just enough of a hub for a run: who subscribes to a channel is sent what is published to it, after the test's changes. */
final class FakeServer implements AutoCloseable {

    private static final Pattern SUBSCRIBE = Pattern.compile("\"type\":\"subscribe\",\"channel\":\"([^\"]*)\"");
    private static final Pattern PUBLISH = Pattern.compile("\"type\":\"publish\",\"channel\":\"([^\"]*)\"");

    private final ServerSocket socket;
    private final Map<String, List<OutputStream>> subscribers = new ConcurrentHashMap<>();
    private final UnaryOperator<List<String>> delivery;
    private volatile boolean refusing;

    /**
     * Begins to accept.
     *
     * @param delivery turns a publication into what each subscriber is sent for it
     */
    FakeServer(UnaryOperator<List<String>> delivery) throws IOException {
        this.delivery = delivery;
        socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    String url() {
        return "ws://localhost:" + socket.getLocalPort() + "/ws";
    }

    /** From now on handshakes are answered with 503. */
    void refuse() {
        refusing = true;
    }

    private void accept() throws IOException {
        while (!socket.isClosed()) {
            Socket client = socket.accept();
            daemon(() -> serve(client));
        }
    }

    private void serve(Socket client) throws IOException {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            String key = "";
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                key = line.startsWith("Sec-WebSocket-Key: ") ? line.substring(19) : key;
            }
            if (refusing) {
                out.write("HTTP/1.1 503 Busy\r\n\r\n".getBytes(UTF_8));
                return;
            }
            out.write(("HTTP/1.1 101 OK\r\nsec-websocket-accept: " + Upgrade.accept(key) + "\r\n\r\n").getBytes(UTF_8));
            send(out, "{\"type\":\"connected\"}");
            while (true) {
                take(read(in), out);
            }
        }
    }

    private void take(String frame, OutputStream out) throws IOException {
        for (Matcher command = SUBSCRIBE.matcher(frame); command.find(); ) {
            subscribers
                    .computeIfAbsent(command.group(1), name -> new CopyOnWriteArrayList<>())
                    .add(out);
            send(out, "{\"type\":\"subscribed\",\"channel\":\"" + command.group(1) + "\"}");
        }
        Matcher publication = PUBLISH.matcher(frame);
        if (publication.find()) {
            send(out, "{\"type\":\"published\"}");
            for (OutputStream subscriber : subscribers.getOrDefault(publication.group(1), List.of())) {
                for (String each : delivery.apply(List.of(frame))) {
                    send(subscriber, each);
                }
            }
        }
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }

    private static String read(DataInputStream in) throws IOException {
        int opcode = in.readUnsignedByte() & 15;
        int length = in.readUnsignedByte() & 127;
        length = length == 126 ? in.readUnsignedShort() : length;
        byte[] mask = in.readNBytes(4);
        byte[] bytes = in.readNBytes(length);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= mask[i % 4];
        }
        if (opcode == FrameWriter.CLOSE) {
            throw new IOException("closed");
        }
        return new String(bytes, UTF_8);
    }

    private static void send(OutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(bytes.length + 4).put((byte) 0x81);
        if (bytes.length < 126) {
            frame.put((byte) bytes.length);
        } else {
            frame.put((byte) 126).putShort((short) bytes.length);
        }
        frame.put(bytes);
        synchronized (out) {
            out.write(frame.array(), 0, frame.position());
        }
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException over) {
                // The client or the test has ended the connection: that is the end of its thread, and expected.
                assertThat(over).isNotNull();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private interface Task {
        void run() throws IOException;
    }
}
