package io.kulkul.it;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * Servers that a bus joins, with the files of {@code liberty-config/cluster} that an operator would copy, and what is behind them:
 * {@code new Cluster("name").withArtemis().withPostgresql().start(2)}.
 */
final class Cluster implements AutoCloseable {
    private static final Path FILES = Path.of(System.getProperty("kulkul.it.cluster"));
    private static final Path ADAPTER = Path.of(System.getProperty("kulkul.it.artemis-ra"));

    private final String name;
    private final Path directory;
    private final List<SecondServer> servers = new ArrayList<>();
    private final List<Setup> setups = new ArrayList<>();
    private Broker broker;
    private Relay relay;
    private Database database;

    private interface Setup {
        void on(SecondServer server, int index) throws IOException;
    }

    /** The name is the servers' first, and nobody else's. */
    Cluster(String name) {
        this.name = name;
        this.directory = Path.of(System.getProperty("kulkul.it.servers")).resolve(name);
    }

    /** The first server has the messaging engine, the others use it. */
    Cluster withEmbeddedMessaging() throws IOException {
        String port = Integer.toString(Ports.free());
        setups.add((server, index) -> server.withDropin(
                        FILES.resolve(index == 0 ? "embedded-engine.xml" : "embedded-member.xml"))
                .withEnvironment("JMS_PORT", port));
        return this;
    }

    /** A broker, and a relay before it. */
    Cluster withArtemis() throws IOException {
        broker = new Broker(directory.resolve("broker")).start();
        relay = new Relay(broker.port());
        return reachingArtemisAt(relay.port());
    }

    /** A broker without anything before it. */
    Cluster withArtemisItself() throws IOException {
        broker = new Broker(directory.resolve("broker")).start();
        return reachingArtemisAt(broker.port());
    }

    private Cluster reachingArtemisAt(int port) {
        setups.add((server, index) -> server.withDropin(FILES.resolve("artemis.xml"))
                .withResource("", ADAPTER)
                .withEnvironment("JMS_PORT", Integer.toString(port)));
        return this;
    }

    Cluster withPostgresql() throws IOException {
        database = new Database(directory.resolve("database")).start();
        setups.add((server, index) -> server.withDropin(FILES.resolve("postgresql.xml"))
                .withResource("jdbc", archiveOf(org.postgresql.Driver.class))
                .withEnvironment("DB_PORT", Integer.toString(database.port()))
                .withEnvironment("DB_NAME", "postgres")
                .withEnvironment("DB_USER", "postgres"));
        return this;
    }

    Cluster withH2() {
        setups.add((server, index) ->
                server.withDropin(FILES.resolve("h2.xml")).withResource("jdbc", archiveOf(org.h2.Driver.class)));
        return this;
    }

    /** A setting of all servers. */
    Cluster withSetting(String key, String value) {
        setups.add((server, index) -> server.withSetting(key, value));
        return this;
    }

    /** An application of all servers, beside the gateway. */
    Cluster withApplication(WebArchive application) {
        setups.add((server, index) -> server.withApplication(application));
        return this;
    }

    private static Path archiveOf(Class<?> driver) throws IOException {
        try {
            return Path.of(
                    driver.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    /** Starts that many servers, and waits until all of them are ready. */
    Cluster start(int count) throws IOException, InterruptedException {
        for (int index : IntStream.range(0, count).toArray()) {
            String instance = name + "-" + (index + 1);
            // The settings of the tests for one instance keep history in its memory, which a cluster refuses.
            SecondServer server = new SecondServer(instance)
                    .withoutDropin("kulkul.xml")
                    .withoutDropin("database.xml")
                    .withSetting("kulkul.instance", instance);
            servers.add(server);
            for (Setup setup : setups) {
                setup.on(server, index);
            }
            server.start();
        }
        for (SecondServer server : servers) {
            server.awaitReady();
        }
        return this;
    }

    SecondServer server(int index) {
        return servers.get(index);
    }

    int size() {
        return servers.size();
    }

    /** The time for which processors have worked for the servers. */
    Duration cpuTime() {
        return servers.stream().map(SecondServer::cpuTime).reduce(Duration.ZERO, Duration::plus);
    }

    Broker broker() {
        return broker;
    }

    /** Between the servers and the broker. */
    Relay relay() {
        return relay;
    }

    Database database() {
        return database;
    }

    @Override
    public void close() throws IOException {
        servers.forEach(SecondServer::terminate);
        servers.forEach(SecondServer::close);
        if (relay != null) {
            relay.close();
        }
        if (broker != null) {
            broker.close();
        }
        if (database != null) {
            database.close();
        }
    }
}
