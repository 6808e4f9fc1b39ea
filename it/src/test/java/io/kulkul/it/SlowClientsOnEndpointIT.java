package io.kulkul.it;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.extension.ExtendWith;

/** Over the server's WebSockets. */
@ExtendWith(ArquillianExtension.class)
class SlowClientsOnEndpointIT extends SlowClients {

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEarOnEndpoint();
    }
}
