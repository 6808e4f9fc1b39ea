package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

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
