package io.kulkul.it;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.extension.ExtendWith;

/** Over upgraded connections, as the gateway is delivered. */
@ExtendWith(ArquillianExtension.class)
class VanishingClientsIT extends VanishingClients {

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }
}
