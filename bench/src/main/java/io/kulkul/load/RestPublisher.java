package io.kulkul.load;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Publishes in one request {@code POST /api/events} whose body is lines without end (NDJSON).
 *
 * <p>On a socket of its own instead of an {@code HttpClient}, which would decide by itself when a line leaves.
 */
final class RestPublisher implements Publisher {

    private static final int ANSWER_TIMEOUT_MILLIS = 10_000;

    private final Socket socket = new Socket();
    private final OutputStream out;
    private final Trouble trouble;

    RestPublisher(LoadPlan plan, @Nullable String token, Trouble trouble) throws IOException {
        this.trouble = trouble;
        Target target = plan.rest();
        socket.connect(target.address(), ANSWER_TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(ANSWER_TIMEOUT_MILLIS);
        out = socket.getOutputStream();
        out.write(("POST " + target.path() + " HTTP/1.1\r\nHost: " + target.authority()
                        + "\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
                        + (token == null ? "" : "Authorization: Bearer " + token + "\r\n") + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void put(byte[] publication, ByteBuffer into) {
        into.put(publication).put((byte) '\n');
    }

    @Override
    public int overhead() {
        return 1;
    }

    @Override
    public void send(ByteBuffer publications) throws IOException {
        int length = publications.remaining();
        byte[] head = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] chunk = new byte[head.length + length + 2];
        System.arraycopy(head, 0, chunk, 0, head.length);
        publications.get(chunk, head.length, length);
        chunk[chunk.length - 2] = '\r';
        chunk[chunk.length - 1] = '\n';
        out.write(chunk);
    }

    /** Ends the request and looks at its answer. */
    @Override
    public void finish() throws IOException {
        try (socket) {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes(16_384), StandardCharsets.UTF_8);
            if (!answer.startsWith("HTTP/1.1 200")) {
                trouble.add("publishing by REST was answered with: "
                        + answer.lines().findFirst().orElse("nothing"));
            } else if (!answer.replaceAll("\\s", "").contains("\"refused\":0")) {
                trouble.add(
                        "publishing by REST was answered with: " + answer.substring(answer.indexOf("\r\n\r\n") + 4));
            }
        } catch (SocketTimeoutException e) {
            trouble.add("publishing by REST was not answered");
        }
    }
}
