package io.kulkul.it;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/** An ActiveMQ Artemis broker in a process of its own, for Core and AMQP 1.0, that can be killed and come back at the same port. */
final class Broker implements AutoCloseable {
    /** Where it puts what nobody could make use of. */
    static final String DEAD = "kulkul.publish.dead";

    private final Path directory;
    private final int port;
    private HelperProcess process;

    /** Does not start it yet; the directory is the broker's own. */
    Broker(Path directory) throws IOException {
        this.directory = directory;
        this.port = Ports.free();
    }

    int port() {
        return port;
    }

    /** Starts it with what it kept; it is there when this returns. */
    Broker start() throws IOException {
        process = new HelperProcess(
                Broker.class, directory.resolve("broker.log"), Integer.toString(port), directory.toString());
        return this;
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.kill();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }

    /** The broker's own process: port, directory. */
    public static void main(String[] arguments) throws Exception {
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
        broker.setConfiguration(configuration(arguments[0], Path.of(arguments[1])));
        broker.start();
        HelperProcess.serveUntilTheTestEnds(System.out);
        broker.stop();
        // What the broker's libraries leave running is of no use to anybody.
        System.exit(0);
    }

    private static Configuration configuration(String port, Path directory) throws Exception {
        return new ConfigurationImpl()
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setJournalType(JournalType.NIO)
                .setJournalDirectory(directory.resolve("journal").toString())
                .setBindingsDirectory(directory.resolve("bindings").toString())
                .setPagingDirectory(directory.resolve("paging").toString())
                .setLargeMessagesDirectory(directory.resolve("large").toString())
                .addAcceptorConfiguration("tcp", "tcp://127.0.0.1:" + port + "?protocols=CORE,AMQP")
                .addQueueConfiguration(QueueConfiguration.of("kulkul.publish").setRoutingType(RoutingType.ANYCAST))
                .addQueueConfiguration(QueueConfiguration.of(DEAD).setRoutingType(RoutingType.ANYCAST))
                .addAddressSetting(
                        "kulkul.publish",
                        new AddressSettings().setMaxDeliveryAttempts(3).setDeadLetterAddress(SimpleString.of(DEAD)));
    }
}
