package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Over the server's WebSockets. */
@ExtendWith(ArquillianExtension.class)
class LoggedTokensOnEndpointIT extends LoggedTokens {

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEarOnEndpoint();
    }

    /** Open Liberty writes a file about it (FFDC), with all that it has of the session. */
    @Test
    @Override
    void aBrokenFrameBringsNoTokenIntoAFile() throws Exception {
        super.aBrokenFrameBringsNoTokenIntoAFile();

        assertThat(filesWith("FrameFormatException")).isNotEmpty();
    }
}
