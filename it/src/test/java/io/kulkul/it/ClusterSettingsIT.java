package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Where the settings and what the server has do not fit, the application does not start, and the console says what to do. */
class ClusterSettingsIT {
    @Test
    void whatDoesNotFitStopsTheStart() throws Exception {
        try (SecondServer alone = new SecondServer("kulkulForgetful")
                        .withoutDropin("kulkul.xml")
                        .withDropin(Path.of(System.getProperty("kulkul.it.cluster"), "artemis.xml"))
                        .withResource("", Path.of(System.getProperty("kulkul.it.artemis-ra")))
                        .withEnvironment("JMS_PORT", Integer.toString(Ports.free()));
                SecondServer without = new SecondServer("kulkulWithoutDatabase")
                        .withoutDropin("database.xml")
                        .withSetting("kulkul.namespace.orders.log", "database")) {
            alone.start();
            without.start();

            assertThat(alone.expectOnConsole("KULKUL0113E"))
                    .contains(
                            "kulkul.namespace.\"*\".log",
                            "=database",
                            "jdbc/kulkul",
                            "docs/cluster.md",
                            "history-size=0");
            assertThat(without.expectOnConsole("KULKUL0112E"))
                    .contains("kulkul.namespace.\"orders\".log", "jdbc/kulkul", "docs/cluster.md");
            for (SecondServer server : new SecondServer[] {alone, without}) {
                server.expectOnConsole("CWWKF0011I");
                assertThat(KulkulClient.to(server.webSocket("/ws")).refusal()).isEqualTo(404);
            }
        }
    }
}
