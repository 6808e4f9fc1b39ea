package io.kulkul.it.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kulkul.it.Harness;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An application with a setting that Kulkul does not know does not start, and says which setting that is. */
@ExtendWith(ArquillianExtension.class)
class WrongSettingsIT {
    @ArquillianResource
    private Deployer deployer;

    @Deployment(name = "misconfigured", managed = false, testable = false)
    static WebArchive shop() {
        return Harness.shop()
                .addAsResource(
                        new StringAsset("kulkul.connection.max-totl=5\n"), "META-INF/microprofile-config.properties");
    }

    @Test
    void aMisspeltKeyStopsTheStartAndNamesItselfAndItsNeighbour() throws Exception {
        assertThatThrownBy(() -> deployer.deploy("misconfigured")).isNotNull();

        Path log = Path.of(
                System.getProperty("kulkul.it.servers"),
                "servers",
                System.getProperty("kulkul.it.server"),
                "logs",
                "messages.log");
        assertThat(Files.readAllLines(log))
                .anySatisfy(
                        line -> assertThat(line).contains("kulkul.connection.max-totl", "kulkul.connection.max-total"));
    }
}
