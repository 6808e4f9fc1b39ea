package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over upgraded connections, as the gateway is delivered. */
@ExtendWith(ArquillianExtension.class)
class HostileFramesIT extends HostileFrames {

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }

    @Test
    void aCharacterMayBeCutByAFrame() throws Exception {
        byte[] ping = "{\"type\":\"ping\",\"id\":\"\u00e4\"}".getBytes(StandardCharsets.UTF_8);
        int cut = ping.length - 3;
        try (RawWebSocket client = raw()) {
            client.frame(RawWebSocket.TEXT, Arrays.copyOf(ping, cut));
            client.frame(RawWebSocket.FINAL | RawWebSocket.CONTINUATION, Arrays.copyOfRange(ping, cut, ping.length));

            assertThat(client.textWith("\"pong\"")).contains("\"id\":\"\u00e4\"");
        }
    }

    @Test
    void whatIsAgainstTheProtocolFromTheFirstBytesNeedNotBeWhole() throws Exception {
        assertCloses(1002, raw().bytes(new byte[] {(byte) 0xff, (byte) 0xff}));
    }

    /** Lines are separated by bars. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "101, 'GET /ws HTTP/1.1|Upgrade: WebSocket|Connection: keep-alive, upgrade'",
        "101, 'GET /ws/acme HTTP/1.1|Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Protocol: unknown'",
        "404, 'GET /ws HTTP/1.1'",
        "404, 'GET /ws/ HTTP/1.1|Upgrade: websocket|Connection: Upgrade'",
        "404, 'GET /ws/a/b HTTP/1.1|Upgrade: websocket|Connection: Upgrade'",
        "404, 'POST /ws HTTP/1.1|Content-Length: 0|Upgrade: websocket|Connection: Upgrade'",
        "404, 'HEAD /ws HTTP/1.1|Upgrade: websocket|Connection: Upgrade'",
        "404, 'GET /ws HTTP/1.1|Upgrade: websocket, h2c|Connection: Upgrade'",
        "400, 'GET /ws HTTP/1.1|Upgrade: websocket|Connection: keep-alive'",
        "400, 'GET /ws HTTP/1.0|Upgrade: websocket|Connection: Upgrade'",
    })
    void onlyAHandshakeMakesAWebSocket(int status, String request) throws IOException {
        URI server = ServerUnderTest.http("/");
        String whole = request.replace("|", "\r\n") + "\r\nHost: " + server.getAuthority()
                + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout((int) KulkulClient.PATIENCE.toMillis());
            socket.getOutputStream().write(whole.getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readNBytes("HTTP/1.1 400".length()), StandardCharsets.US_ASCII);
            assertThat(answer).endsWith(" " + status);
        }
    }

    @Test
    void aPingIsAnsweredWithItsPayload() throws Exception {
        byte[] payload = "\u00e4 here".getBytes(StandardCharsets.UTF_8);
        try (RawWebSocket client = raw()) {
            client.textWith("\"connected\"");

            assertThat(client.frame(RawWebSocket.FINAL | RawWebSocket.PING, payload)
                            .pong())
                    .isEqualTo(payload);
        }
    }
}
