package io.kulkul.it;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A socket that says what no WebSocket library would say. Confined to one test's thread. */
final class RawWebSocket implements AutoCloseable {
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int PING = 0x9;
    static final int PONG = 0xa;
    static final int CONTINUATION = 0x0;
    static final int FINAL = 0x80;
    private static final int CLOSE = 0x8;
    private static final int MASKED = 0x80;

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;

    /** Connects to {@code /ws} with the token in the {@code Authorization} header, and is upgraded. */
    RawWebSocket(String token) throws IOException {
        this("/ws", "Authorization: Bearer " + token);
    }

    /** Connects to a path, with a header of its own, and is upgraded. */
    RawWebSocket(String path, String header) throws IOException {
        this(path, header, new Socket());
    }

    /** As the others, over a socket that is not connected yet. */
    RawWebSocket(String path, String header, Socket socket) throws IOException {
        URI uri = ServerUnderTest.webSocket(path);
        this.socket = socket;
        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
        socket.setSoTimeout((int) KulkulClient.PATIENCE.toMillis());
        out = socket.getOutputStream();
        in = new DataInputStream(socket.getInputStream());
        String request = String.join(
                "\r\n",
                "GET " + path + " HTTP/1.1",
                "Host: " + uri.getAuthority(),
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13",
                header,
                "",
                "");
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        String head = head();
        if (!head.startsWith("HTTP/1.1 101")) {
            throw new IOException(head);
        }
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    /** A frame as a client has to send it: masked. */
    RawWebSocket frame(int firstByte, byte[] payload) throws IOException {
        return announce(firstByte, payload.length).bytes(payload);
    }

    /** A masked frame's head alone; its mask of zeros leaves the payload as it is. */
    RawWebSocket announce(int firstByte, long length) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(firstByte);
        if (length < 126) {
            head.write(MASKED | (int) length);
        } else if (length < 65_536) {
            head.write(MASKED | 126);
            number(head, length, 2);
        } else {
            head.write(MASKED | 127);
            number(head, length, 8);
        }
        number(head, 0, 4);
        return bytes(head.toByteArray());
    }

    /** The beginning of a message: so many fragments, none of which is the last. */
    RawWebSocket fragmentsWithoutEnd(int opcode, int length, int count) throws IOException {
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) 'x');
        for (int i = 0; i < count; i++) {
            frame(i == 0 ? opcode : CONTINUATION, payload);
        }
        return this;
    }

    private static void number(ByteArrayOutputStream to, long number, int bytes) {
        for (int i = bytes - 1; i >= 0; i--) {
            to.write((int) (number >>> (8 * i)));
        }
    }

    RawWebSocket bytes(byte... bytes) throws IOException {
        out.write(bytes);
        return this;
    }

    /** Reads on until a text frame that contains this. */
    String textWith(String part) throws IOException {
        while (true) {
            int opcode = in.readUnsignedByte() & 0xf;
            String text = new String(in.readNBytes(length()), StandardCharsets.UTF_8);
            if (opcode == TEXT && text.contains(part)) {
                return text;
            }
        }
    }

    /** The payload of the next pong. */
    byte[] pong() throws IOException {
        while (true) {
            int opcode = in.readUnsignedByte() & 0xf;
            byte[] payload = in.readNBytes(length());
            if (opcode == PONG) {
                return payload;
            }
        }
    }

    /** Reads on until the server's close frame, and gives its code; 0 where the server ends the socket without one. */
    int closeCode() throws IOException {
        try {
            while (true) {
                int opcode = in.readUnsignedByte() & 0xf;
                byte[] payload = in.readNBytes(length());
                if (opcode == CLOSE) {
                    return payload.length < 2 ? 1005 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
                }
            }
        } catch (EOFException withoutCloseFrame) {
            return 0;
        }
    }

    private int length() throws IOException {
        int length = in.readUnsignedByte();
        if (length == 126) {
            return in.readUnsignedShort();
        }
        return length == 127 ? (int) in.readLong() : length;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
