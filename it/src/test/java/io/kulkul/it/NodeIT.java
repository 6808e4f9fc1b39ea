package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Programs for Node use the JavaScript client with the WebSocket of the package ws. */
@ExtendWith(ArquillianExtension.class)
class NodeIT {
    private static final Path PROGRAM = Path.of("src", "test", "resources", "client", "ws.mjs");

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }

    @Test
    void theExamplePublishesWhatItReadsAndPrintsWhatArrives() throws Exception {
        Node.assumeThere();
        String said = Node.example("node")
                .run(
                        "one\n<two>\nꦏꦸꦭ꧀ꦏꦸꦭ꧀\n",
                        "env",
                        "TOKEN=" + Tokens.forUser("nina").token(),
                        "node",
                        "chat.mjs",
                        ServerUnderTest.webSocket("/ws").toString(),
                        "node-chat:1");

        assertThat(said).contains("nina: one\nnina: <two>\nnina: ꦏꦸꦭ꧀ꦏꦸꦭ꧀\n").contains("open\n");
    }

    @Test
    void aProgramComesBackWithWhatItMissedAndIsToldHowAHandshakeWasRefused() throws Exception {
        Node.assumeThere();
        Node node = Node.example("node");
        Files.copy(PROGRAM, node.directory().resolve("ws.mjs"), StandardCopyOption.REPLACE_EXISTING);

        String said = node.run(
                "",
                "node",
                "ws.mjs",
                ServerUnderTest.webSocket("/ws").toString(),
                Tokens.forUser("nina").token());

        assertThat(said.trim())
                .isEqualTo("{\"received\":[1,2,3],\"states\":[\"waiting\",\"connecting\",\"open\"],\"foreign\":403}");
    }
}
