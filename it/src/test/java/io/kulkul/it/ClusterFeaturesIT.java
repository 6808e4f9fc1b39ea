package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.TextMessage;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What crosses servers: operators' commands, what is sent to users and tenants, and what other programs give to the queue and to the
 * outbox. Two servers, an Artemis broker and a PostgreSQL, for all tests together; those that end a server are the last.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterFeaturesIT {
    /** What the tests measured, which decides nothing. */
    private static final Path MEASURED =
            Path.of(System.getProperty("kulkul.it.servers")).resolveSibling("cluster-features.txt");

    private static final String JSON = "application/json";

    private static Cluster cluster;
    private static SecondServer one;
    private static SecondServer other;

    private final List<KulkulClient> clients = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        cluster = new Cluster("kulkulFeatures")
                .withArtemis()
                .withPostgresql()
                .withSetting("kulkul.namespace.\"*\".log", "database")
                .withSetting("kulkul.namespace.lobby.client-publish", "true")
                .withSetting("kulkul.namespace.race.client-publish", "true")
                .withSetting("kulkul.namespace.race.history-size", "100000")
                .withSetting("kulkul.drain.duration", "PT5S")
                .start(2);
        one = cluster.server(0);
        other = cluster.server(1);
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    @AfterEach
    void disconnect() {
        clients.forEach(KulkulClient::close);
    }

    private KulkulClient connect(SecondServer server, Tokens token) {
        KulkulClient client = KulkulClient.to(server.webSocket("/ws"))
                .withToken(token.token())
                .connect();
        clients.add(client);
        return client;
    }

    private KulkulClient connected(SecondServer server, Tokens token) {
        KulkulClient client = connect(server, token);
        client.expect("connected");
        return client;
    }

    private KulkulClient subscriber(SecondServer server, String channel) {
        KulkulClient client = connected(server, Tokens.forUser("user-" + clients.size()));
        client.subscribe(channel);
        return client;
    }

    private static KulkulApi operator(SecondServer server) {
        return new KulkulApi(Tokens.forAdministrator().token(), server::http);
    }

    private static JsonObject command(SecondServer server, String path, String body) throws Exception {
        HttpResponse<String> response = operator(server).post(path, JSON, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return KulkulClient.parse(response.body()).asJsonObject();
    }

    /** Waits for what becomes true by itself. */
    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + KulkulClient.PATIENCE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("never: " + what);
            }
            Thread.sleep(20);
        }
    }

    /** The payloads of the channel's messages, up to and with this one. */
    private static List<String> payloadsUntil(KulkulClient client, String channel, String last) {
        List<String> payloads = new ArrayList<>();
        do {
            payloads.add(client.expectMessage(channel).get("payload").toString());
        } while (!payloads.get(payloads.size() - 1).equals(last));
        return payloads;
    }

    private static void measured(String what) throws IOException {
        Files.writeString(MEASURED, what + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    // Operators

    @Test
    void everyInstanceTellsOfAll() throws Exception {
        for (SecondServer asked : List.of(one, other)) {
            await("two instances", () -> instances(asked).size() == 2);

            List<JsonObject> instances = instances(asked);
            assertThat(instances)
                    .extracting(instance -> instance.getString("instance"))
                    .containsExactly("kulkulFeatures-1", "kulkulFeatures-2");
            assertThat(instances.get(0).getBoolean("self")).isEqualTo(asked == one);
            assertThat(instances.get(1).getBoolean("self")).isEqualTo(asked == other);
        }
    }

    private static List<JsonObject> instances(SecondServer asked) throws Exception {
        return operator(asked)
                .json("/api/instances")
                .asJsonObject()
                .getJsonArray("instances")
                .getValuesAs(JsonObject.class);
    }

    @Test
    void aUserIsDisconnectedOnBoth() throws Exception {
        KulkulClient here = connected(one, Tokens.forUser("vera"));
        KulkulClient there = connected(other, Tokens.forUser("vera"));

        JsonObject answer = command(one, "/api/users/vera/disconnect", "");

        assertThat(answer.getInt("disconnected")).isEqualTo(2);
        here.expectClose(4410);
        there.expectClose(4410);
    }

    @Test
    void aConnectionIsDisconnectedFromTheOther() throws Exception {
        KulkulClient client = connect(other, Tokens.forUser("vera"));
        String id = client.expect("connected").getString("connection");

        assertThat(command(one, "/api/connections/" + id + "/disconnect", "").getInt("disconnected"))
                .isEqualTo(1);

        client.expectClose(4410);
    }

    @Test
    void aSubscriptionIsEndedFromTheOther() throws Exception {
        KulkulClient client = connect(one, Tokens.forUser("vera"));
        String id = client.expect("connected").getString("connection");
        client.subscribe("lobby:ended");

        command(other, "/api/connections/" + id + "/unsubscribe", "{'channel':'lobby:ended'}");

        JsonObject told = client.expect("unsubscribed");
        assertThat(told.getString("channel")).isEqualTo("lobby:ended");
        assertThat(told.getString("reason")).isEqualTo("revoked");
    }

    @Test
    void whatNoInstanceHasIsNotFound() throws Exception {
        for (String command : List.of("disconnect", "unsubscribe")) {
            assertThat(operator(one)
                            .post("/api/connections/nobody/" + command, JSON, "{'channel':'lobby:1'}")
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void aTokenIsRevokedOnBoth() throws Exception {
        String id = UUID.randomUUID().toString();
        Tokens token = Tokens.forUser("vera").withId(id);
        KulkulClient client = connected(other, token);

        assertThat(command(one, "/api/tokens/revoke", "{'jti':'" + id + "'}").getInt("connections"))
                .isEqualTo(1);

        client.expectError("token_invalid");
        client.expectClose(4401);
        KulkulClient again = connect(other, token);
        again.expectError("token_invalid");
        again.expectClose(4401);
    }

    @Test
    void aUsersConnectionsAreLimitedOnBothTogether() throws Exception {
        Tokens token = Tokens.forUser("many");
        List<KulkulClient> open = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            open.add(connected(i % 2 == 0 ? one : other, token));
        }

        await("refused by both", () -> !isLetIn(one, token) && !isLetIn(other, token));
        open.get(0).close();
        await("room for one more", () -> isLetIn(other, token));
    }

    /** Connects, and leaves at once. */
    private static boolean isLetIn(SecondServer server, Tokens token) {
        try (KulkulClient client = KulkulClient.to(server.webSocket("/ws"))
                .withToken(token.token())
                .connect()) {
            client.expect("connected");
            return true;
        } catch (AssertionError refused) {
            assertThat(refused).hasMessageContaining("close code 4409");
            return false;
        }
    }

    @Test
    void whatIsSentToAUserReachesConnectionsOnBoth() throws Exception {
        KulkulClient here = connected(one, Tokens.forUser("olga"));
        KulkulClient there = connected(other, Tokens.forUser("olga"));

        command(one, "/api/users/olga/events", "{'event':'hello','payload':1}");

        here.expectMessage("user:olga");
        there.expectMessage("user:olga");
    }

    @Test
    void whatIsSentToATenantReachesConnectionsOnBoth() throws Exception {
        KulkulClient here = connected(one, Tokens.forUser("ann").inTenant("acme"));
        KulkulClient there = connected(other, Tokens.forUser("bob").inTenant("acme"));
        KulkulClient stranger = connected(other, Tokens.forUser("bob").inTenant("umbrella"));

        command(other, "/api/tenants/acme/events", "{'event':'hello','payload':1}");
        command(other, "/api/tenants/umbrella/events", "{'event':'hello','payload':2}");

        here.expectMessage("broadcast");
        there.expectMessage("broadcast");
        assertThat(stranger.expectMessage("broadcast").getInt("payload")).isEqualTo(2);
    }

    // Other programs

    private static ConnectionFactory broker() {
        return new ActiveMQConnectionFactory(
                "tcp://localhost:" + cluster.broker().port());
    }

    @Test
    void aProgramsMessageInTheQueueArrivesOnBothOnce() {
        KulkulClient here = subscriber(one, "orders:java");
        KulkulClient there = subscriber(other, "orders:java");
        OrderDesk desk = new OrderDesk(broker());

        String shipped =
                KulkulClient.quoted("{'channel':'orders:java','event':'shipped','payload':{'id':7},'key':'k'}");
        desk.publish(shipped);
        assertThat(here.expectMessage("orders:java").getJsonObject("payload").getInt("id"))
                .isEqualTo(7);
        desk.publish(shipped);
        desk.publish(KulkulClient.quoted("{'channel':'orders:java','event':'last','payload':0}"));

        assertThat(payloadsUntil(here, "orders:java", "0")).containsExactly("0");
        assertThat(payloadsUntil(there, "orders:java", "0")).containsExactly("{\"id\":7}", "0");
    }

    @Test
    void aMessageMayNameATenant() {
        KulkulClient stranger = subscriber(one, "orders:tenant");
        KulkulClient customer = connected(other, Tokens.forUser("ann").inTenant("acme"));
        customer.subscribe("orders:tenant");
        OrderDesk desk = new OrderDesk(broker());

        desk.publish(KulkulClient.quoted("{'tenant':'acme','channel':'orders:tenant','event':'shipped','payload':1}"));
        assertThat(customer.expectMessage("orders:tenant").getInt("payload")).isEqualTo(1);
        desk.publish(KulkulClient.quoted("{'channel':'orders:tenant','event':'shipped','payload':2}"));

        assertThat(payloadsUntil(stranger, "orders:tenant", "2")).containsExactly("2");
    }

    @Test
    void aMessageThatIsNoEventIsSetAsideByTheBrokerAndHoldsNobodyUp() throws Exception {
        KulkulClient there = subscriber(other, "orders:bad");
        try (JMSContext context = broker().createContext(JMSContext.SESSION_TRANSACTED)) {
            var producer = context.createProducer();
            var queue = context.createQueue("kulkul.publish");
            producer.send(queue, KulkulClient.quoted("{'channel':'orders:bad','event':'e','payload':1}"));
            producer.send(queue, "no event");
            producer.send(queue, KulkulClient.quoted("{'channel':'orders:bad','event':'e','payload':2}"));
            context.commit();
        }

        List<String> arrived = List.of(
                there.expectMessage("orders:bad").get("payload").toString(),
                there.expectMessage("orders:bad").get("payload").toString());
        assertThat(arrived).containsExactlyInAnyOrder("1", "2");
        try (JMSContext context = broker().createContext();
                JMSConsumer dead = context.createConsumer(context.createQueue(Broker.DEAD))) {
            assertThat(((TextMessage) dead.receive(KulkulClient.PATIENCE.toMillis())).getText())
                    .isEqualTo("no event");
        }
        await("a warning", () -> warnings("KULKUL0513W") > 0);
    }

    private static long warnings(String number) throws IOException {
        long count = 0;
        for (SecondServer server : List.of(one, other)) {
            count += server.messages().stream()
                    .filter(line -> line.contains(number))
                    .count();
        }
        return count;
    }

    @Test
    void aNodeProgramPublishesByAmqp() throws Exception {
        KulkulClient here = subscriber(one, "orders:node");
        KulkulClient there = subscriber(other, "orders:node");

        String said = Node.example("publish-amqp")
                .run(
                        """
                {"channel":"orders:node","event":"shipped","payload":{"from":"Bali"},"key":"node-1"}
                {"channel":"orders:node","event":"shipped","payload":"ꦏꦸꦭ꧀ꦏꦸꦭ꧀","key":"node-2"}
                """,
                        "node",
                        "publish.mjs",
                        "amqp://localhost:" + cluster.broker().port());

        assertThat(said).contains("2 events published");
        for (KulkulClient client : List.of(here, there)) {
            assertThat(List.of(
                            client.expectMessage("orders:node").get("payload").toString(),
                            client.expectMessage("orders:node").get("payload").toString()))
                    .containsExactlyInAnyOrder("{\"from\":\"Bali\"}", "\"ꦏꦸꦭ꧀ꦏꦸꦭ꧀\"");
        }
    }

    // The outbox

    private static void insert(Connection connection, String channel, String payload) throws Exception {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO kulkul_outbox (channel, event, payload) VALUES (?, ?, ?)")) {
            insert.setString(1, channel);
            insert.setString(2, "inserted");
            insert.setString(3, payload);
            insert.executeUpdate();
        }
    }

    @Test
    void aRowThatAnotherProgramInsertsArrivesOnBoth() throws Exception {
        KulkulClient here = subscriber(one, "orders:sql");
        KulkulClient there = subscriber(other, "orders:sql");
        List<Long> micros = new ArrayList<>();

        try (Connection connection = cluster.database().connect()) {
            for (int i = 1; i <= 20; i++) {
                long inserted = System.nanoTime();
                insert(connection, "orders:sql", Integer.toString(i));
                for (KulkulClient client : List.of(here, there)) {
                    JsonObject message = client.expectMessage("orders:sql");
                    assertThat(message.getInt("payload")).isEqualTo(i);
                    assertThat(message.getInt("seq")).isEqualTo(i);
                }
                micros.add((System.nanoTime() - inserted) / 1000);
            }
        }

        assertThat(here.unexpected()).isEmpty();
        measured("µs from the INSERT to both clients, sorted: "
                + micros.stream().sorted().toList());
    }

    @Test
    void aRowWithABrokenPayloadIsSetAsideAndHoldsNobodyUp() throws Exception {
        KulkulClient there = subscriber(other, "orders:broken");

        try (Connection connection = cluster.database().connect()) {
            connection.setAutoCommit(false);
            insert(connection, "orders:broken", "{");
            insert(connection, "orders:broken", "1");
            connection.commit();

            assertThat(there.expectMessage("orders:broken").getInt("payload")).isEqualTo(1);
            connection.setAutoCommit(true);
            try (PreparedStatement select = connection.prepareStatement(
                            "SELECT payload, error FROM kulkul_outbox WHERE channel = 'orders:broken'");
                    ResultSet rows = select.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("{");
                assertThat(rows.getString(2)).startsWith("payload: ");
                assertThat(rows.next()).isFalse();
            }
        }
    }

    @Test
    void aRowThatIsRolledBackIsNeverSeen() throws Exception {
        KulkulClient there = subscriber(other, "orders:undone");

        try (Connection connection = cluster.database().connect()) {
            connection.setAutoCommit(false);
            insert(connection, "orders:undone", "1");
            connection.rollback();
            insert(connection, "orders:undone", "2");
            connection.commit();
        }

        assertThat(there.expectMessage("orders:undone").getInt("payload")).isEqualTo(2);
        assertThat(there.unexpected()).isEmpty();
    }

    // Ends of servers

    @Test
    @Order(Integer.MAX_VALUE - 1)
    void aRollingRestartLosesNothingAndRepeatsNothing() throws Exception {
        ClusterRecords records = new ClusterRecords();
        ClusterClient.Tally tally = new ClusterClient.Tally();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        List<URI> instances = List.of(one.webSocket("/ws"), other.webSocket("/ws"));
        List<String> channels = IntStream.range(0, 5).mapToObj(i -> "race:" + i).toList();
        List<ClusterClient> travellers = new ArrayList<>();
        HttpClient http = HttpClient.newHttpClient();
        ClusterPublisher publisher = null;
        try {
            for (int i = 0; i < 40; i++) {
                String name = "traveller-" + i;
                String channel = channels.get(i % channels.size());
                records.expects(name, channel);
                travellers.add(new ClusterClient(name, instances, 0, List.of(channel), records, tally, http, timer));
            }
            for (ClusterClient traveller : travellers) {
                assertThat(traveller.awaitSubscribed()).as(tally.toString()).isTrue();
            }
            publisher = new ClusterPublisher("publisher", instances, 1, channels, Duration.ofMillis(10), records);

            one.terminate();
            assertThat(one.ends()).isTrue();
            await("all on the other", () -> connections(other) == 41);
            one.start().awaitReady();
            await("two instances", () -> instances(other).size() == 2);
            HttpResponse<String> drained = operator(other).post("/api/instance/drain?wait=true", JSON, "");

            assertThat(KulkulClient.parse(drained.body()).asJsonObject().getInt("connections"))
                    .isZero();
            await("all on the first again", () -> connections(one) == 41);
            publisher.end();
            await("everything", () -> records.lackingUpTo(records.heads()) == 0);
            ClusterRecords.Report report = records.check();
            measured(report + "\n" + publisher + "\n" + tally);
            assertThat(report.flawless()).as(report + "\n" + tally).isTrue();
            assertThat(report.events()).isPositive();
            assertThat(tally.unrecovered.get()).isZero();
            assertThat(tally.connects.get()).isEqualTo(3 * 40);
        } finally {
            travellers.forEach(ClusterClient::close);
            timer.shutdownNow();
            if (publisher != null) {
                publisher.interrupt();
            }
        }
    }

    private static int connections(SecondServer server) throws Exception {
        return operator(server).json("/api/instance").asJsonObject().getInt("connections");
    }

    /** The instance that was drained is killed: until then its relay takes part. */
    @Test
    @Order(Integer.MAX_VALUE)
    void whatWasCommittedWhenAnInstanceDiesIsDeliveredByTheOther() throws Exception {
        KulkulClient here = subscriber(one, "orders:killed");
        List<String> payloads =
                IntStream.rangeClosed(1, 200).mapToObj(Integer::toString).toList();

        try (Connection connection = cluster.database().connect()) {
            for (String payload : payloads) {
                insert(connection, "orders:killed", payload);
                if (payload.equals("100")) {
                    other.kill();
                }
            }
        }

        assertThat(payloadsUntil(here, "orders:killed", "200")).isEqualTo(payloads);
        assertThat(here.unexpected()).isEmpty();
    }
}
