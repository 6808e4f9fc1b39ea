package io.kulkul.it;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Over the server's WebSockets. */
@ExtendWith(ArquillianExtension.class)
class HostileFramesOnEndpointIT extends HostileFrames {

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEarOnEndpoint();
    }

    /** RFC 6455 allows it, and Open Liberty decodes each frame by itself: see {@code ChannelEndpoint}. */
    @Test
    void aCharacterCutByAFrameClosesWithTheCodeForTextThatIsNotUtf8() throws Exception {
        assertCloses(1007, raw().frame(RawWebSocket.TEXT, new byte[] {'"', (byte) 0xc3}));
    }
}
