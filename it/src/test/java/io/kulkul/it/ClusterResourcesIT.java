package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.it.shop.ShopMail;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The files of {@code liberty-config/cluster}: each gives its server what it says, and the server has nothing to complain about. */
class ClusterResourcesIT {
    /** What a server may complain about although nothing is amiss. */
    private static final List<String> NOTHING_AMISS = List.of(
            // The tests ask for the readiness before it is there.
            "CWMMH0052W",
            // On a busy machine the first message takes its time.
            "KULKUL0502W",
            // Servers start in any order: the one with the engine may be the later one.
            "CWSIT0127E",
            // Flyway knows an older one.
            "Using H2");

    @Test
    void twoServersAreJoinedByOpenLibertysOwnMessaging() throws Exception {
        try (Cluster cluster = new Cluster("kulkulEmbedded")
                .withEmbeddedMessaging()
                .withApplication(ShrinkWrap.create(WebArchive.class, "shop.war").addClass(ShopMail.class))
                .withSetting("kulkul.namespace.\"*\".history-size", "0")
                .withSetting("kulkul.namespace.lobby.client-publish", "true")
                .start(2)) {
            whatIsPublishedOnOneArrivesOnTheOther(cluster.server(0), cluster.server(1));
            whatIsPublishedOnOneArrivesOnTheOther(cluster.server(1), cluster.server(0));
            whatIsPutIntoTheQueueArrivesOnBothOnce(cluster.server(0), cluster.server(1));
            whatIsPutIntoTheQueueArrivesOnBothOnce(cluster.server(1), cluster.server(0));

            assertThat(complaintsOf(cluster.server(0))).isEmpty();
            assertThat(complaintsOf(cluster.server(1))).isEmpty();

            whatIsNoEventHoldsNobodyUp(cluster.server(0), cluster.server(1));
        }
    }

    private static void whatIsPutIntoTheQueueArrivesOnBothOnce(SecondServer by, SecondServer other) throws Exception {
        try (KulkulClient here = client(by, "bob");
                KulkulClient there = client(other, "alice")) {
            here.subscribe("lobby:queue");
            there.subscribe("lobby:queue");
            mail(by, "{'channel':'lobby:queue','event':'e','payload':1}");
            for (KulkulClient client : List.of(here, there)) {
                assertThat(client.expectMessage("lobby:queue").getInt("payload"))
                        .isEqualTo(1);
            }
            mail(by, "{'channel':'lobby:queue','event':'e','payload':2}");
            for (KulkulClient client : List.of(here, there)) {
                assertThat(client.expectMessage("lobby:queue").getInt("payload"))
                        .isEqualTo(2);
                assertThat(client.unexpected()).isEmpty();
            }
        }
    }

    private static void whatIsNoEventHoldsNobodyUp(SecondServer by, SecondServer other) throws Exception {
        try (KulkulClient there = client(other, "alice")) {
            there.subscribe("lobby:queue");
            mail(by, "no event\n{'channel':'lobby:queue','event':'e','payload':3}");
            assertThat(there.expectMessage("lobby:queue").getInt("payload")).isEqualTo(3);
        }
    }

    private static void mail(SecondServer server, String events) throws Exception {
        assertThat(new KulkulApi("", server::http)
                        .post("/shop/mail", "text/plain", events)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void twoServersAreJoinedByArtemisAndPostgresqlWhichMayRestart() throws Exception {
        try (Cluster cluster = new Cluster("kulkulArtemis")
                .withArtemis()
                .withPostgresql()
                .withSetting("kulkul.namespace.\"*\".log", "database")
                .withSetting("kulkul.namespace.lobby.client-publish", "true")
                .start(2)) {
            whatIsPublishedOnOneArrivesOnTheOther(cluster.server(0), cluster.server(1));
            assertThat(complaintsOf(cluster.server(0))).isEmpty();
            assertThat(complaintsOf(cluster.server(1))).isEmpty();

            cluster.broker().kill();
            cluster.broker().start();
            cluster.database().kill();
            cluster.database().start();

            cluster.server(0).awaitReady();
            cluster.server(1).awaitReady();
            whatIsPublishedOnOneArrivesOnTheOther(cluster.server(1), cluster.server(0));
            assertThat(stored(cluster.database())).isEqualTo(2);
        }
    }

    private static long stored(Database database) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT count(*) FROM kulkul_event")) {
            result.next();
            return result.getLong(1);
        }
    }

    @Test
    void whatOneServerKeepsInH2OutlivesIt() throws Exception {
        try (Cluster cluster = new Cluster("kulkulH2")
                .withH2()
                .withSetting("kulkul.namespace.lobby.log", "database")
                .withSetting("kulkul.namespace.lobby.client-publish", "true")
                .start(1)) {
            SecondServer server = cluster.server(0);
            try (KulkulClient alice = client(server, "alice")) {
                assertThat(alice.publish("lobby:1", "1").getInt("seq")).isEqualTo(1);
            }
            assertThat(complaintsOf(server)).isEmpty();

            server.kill();
            server.start().awaitReady();

            try (KulkulClient bob = client(server, "bob")) {
                JsonObject history = bob.ask("{'type':'history','channel':'lobby:1'}");
                assertThat(history.getJsonArray("events")).hasSize(1);
                assertThat(bob.publish("lobby:1", "2").getInt("seq")).isEqualTo(2);
            }
        }
    }

    private static void whatIsPublishedOnOneArrivesOnTheOther(SecondServer one, SecondServer other)
            throws InterruptedException {
        try (KulkulClient subscriber = client(other, "bob");
                KulkulClient publisher = client(one, "alice")) {
            untilAvailable(subscriber, "{'type':'subscribe','channel':'lobby:1'}");
            untilAvailable(
                    publisher,
                    "{'type':'publish','channel':'lobby:1','event':'note','payload':{'n':1},'key':'" + UUID.randomUUID()
                            + "'}");
            assertThat(subscriber.expectMessage("lobby:1").getJsonObject("payload"))
                    .hasToString("{\"n\":1}");
        }
    }

    /** Asks again while the database is said to be unavailable, as it may be for a moment after it was away. */
    private static void untilAvailable(KulkulClient client, String command) throws InterruptedException {
        long deadline = System.nanoTime() + KulkulClient.PATIENCE.toNanos();
        JsonObject reply = client.ask(command);
        while (reply.getString("code", "").equals("unavailable") && System.nanoTime() < deadline) {
            Thread.sleep(200);
            reply = client.ask(command);
        }
        assertThat(reply.getString("type")).as(reply.toString()).isNotEqualTo("error");
    }

    private static KulkulClient client(SecondServer server, String user) {
        KulkulClient client = KulkulClient.to(server.webSocket("/ws"))
                .withToken(Tokens.forUser(user).token())
                .connect();
        client.expect("connected");
        return client;
    }

    /** The warnings and errors in the server's log. */
    private static List<String> complaintsOf(SecondServer server) throws IOException {
        return server.messages().stream()
                .filter(line -> line.matches("^\\[[^]]+] \\S+ \\S+ +[WE] .*"))
                .filter(line -> NOTHING_AMISS.stream().noneMatch(line::contains))
                .toList();
    }
}
