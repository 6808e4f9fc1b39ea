package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * GitHub's deliveries go in by one request, and subscribers have them: all, filtered, and again after a lost socket.
 *
 * <p>Each test has a tenant of its own, so that positions begin at 1.
 */
@ExtendWith(ArquillianExtension.class)
class WebhooksIT {
    private static final String BUSY_REPOSITORY = "repo:Codertocat/Hello-World";
    private static Path file;
    private static List<JsonObject> deliveries;

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }

    @BeforeAll
    static void readDeliveries() throws Exception {
        file = Path.of(WebhooksIT.class.getResource("/github-webhooks.ndjson").toURI());
        deliveries = Files.readAllLines(file).stream()
                .map(line -> KulkulClient.parse(line).asJsonObject())
                .toList();
        assertThat(deliveries).hasSize(280);
    }

    @Test
    void aSubscriberOfAllRepositoriesHasEveryEventInOrder() throws Exception {
        try (KulkulClient client = connect("everything")) {
            client.subscribe("repo:*");

            postAll("everything");

            assertAllInOrder(take(client, deliveries.size()));
            assertThat(client.unexpected()).isEmpty();
        }
    }

    @Test
    void aFilterLetsTheOpenedOnesThroughAndNoOthers() throws Exception {
        List<JsonObject> opened = deliveries.stream()
                .filter(delivery -> delivery.getString("channel").equals(BUSY_REPOSITORY))
                .map(delivery -> delivery.getJsonObject("payload"))
                .filter(payload -> "opened".equals(payload.getString("action", null)))
                .toList();
        try (KulkulClient client = connect("opened")) {
            client.ask("{'type':'subscribe','channel':'" + BUSY_REPOSITORY + "','filter':{'action':'opened'}}");
            client.subscribe("done:all");

            postAll("opened");

            client.publish("done:all", "true");
            client.expectMessage("done:all");
            List<JsonObject> payloads = client.unexpected().stream()
                    .map(message -> message.getJsonObject("payload"))
                    .toList();
            assertThat(opened).isNotEmpty();
            assertThat(payloads).isEqualTo(opened);
        }
    }

    @Test
    void aClientThatLostItsSocketAfterAHundredMissesNoneAndGetsNoneTwice() throws Exception {
        List<JsonObject> messages = new ArrayList<>();
        try (KulkulClient client = connect("dropped")) {
            client.subscribe("repo:*");
            postAll("dropped");
            messages.addAll(take(client, 100));
            client.drops();
        }

        try (KulkulClient client = connect("dropped")) {
            JsonObject subscribed =
                    client.ask("{'type':'subscribe','channel':'repo:*','since':" + since(messages) + "}");
            assertThat(subscribed.getBoolean("recovered")).isTrue();
            assertThat(subscribed.getInt("replayed")).isEqualTo(180);
            messages.addAll(take(client, 180));

            assertAllInOrder(messages);
            assertThat(client.unexpected()).isEmpty();
        }
    }

    private static KulkulClient connect(String tenant) {
        KulkulClient client = KulkulClient.to("/ws/" + tenant)
                .withToken(Tokens.forUser("octocat").inTenant(tenant).token())
                .connect();
        client.expect("connected");
        return client;
    }

    /** As {@code curl --data-binary} does it. */
    private static void postAll(String tenant) throws Exception {
        KulkulApi api = new KulkulApi(Tokens.forUser("github").inTenant(tenant).token());

        HttpResponse<String> response =
                api.post("/api/events", "application/x-www-form-urlencoded", BodyPublishers.ofFile(file));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonObject report = KulkulClient.parse(response.body()).asJsonObject();
        assertThat(report.getInt("published")).isEqualTo(deliveries.size());
        assertThat(report.getInt("refused")).isZero();
    }

    private static List<JsonObject> take(KulkulClient client, int count) {
        List<JsonObject> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(client.expectMessage());
        }
        return messages;
    }

    /** The position after the messages, as a client keeps it for a pattern. */
    private static JsonObject since(List<JsonObject> messages) {
        JsonObjectBuilder channels = Json.createObjectBuilder();
        long newest = 0;
        for (JsonObject message : messages) {
            channels.add(
                    message.getString("channel"),
                    Json.createObjectBuilder().add("seq", message.get("seq")).add("epoch", message.get("epoch")));
            newest = Math.max(newest, message.getJsonNumber("timestamp").longValue());
        }
        return Json.createObjectBuilder()
                .add("channels", channels)
                .add("timestamp", newest)
                .build();
    }

    /** Per channel: seqs count from 1, and names and payloads are those of the file in its order. */
    private static void assertAllInOrder(List<JsonObject> messages) {
        Map<String, List<JsonObject>> expected = new HashMap<>();
        deliveries.forEach(delivery -> expected.computeIfAbsent(delivery.getString("channel"), any -> new ArrayList<>())
                .add(delivery));
        Map<String, List<JsonObject>> received = new HashMap<>();
        messages.forEach(message -> received.computeIfAbsent(message.getString("channel"), any -> new ArrayList<>())
                .add(message));
        assertThat(received.keySet()).isEqualTo(expected.keySet());
        expected.forEach((channel, deliveriesOfChannel) -> {
            List<JsonObject> messagesOfChannel = received.get(channel);
            assertThat(messagesOfChannel).as(channel).hasSameSizeAs(deliveriesOfChannel);
            for (int i = 0; i < messagesOfChannel.size(); i++) {
                JsonObject message = messagesOfChannel.get(i);
                assertThat(message.getInt("seq")).as(channel).isEqualTo(i + 1);
                assertThat(message.getString("event"))
                        .isEqualTo(deliveriesOfChannel.get(i).getString("event"));
                assertThat(message.get("payload"))
                        .isEqualTo(deliveriesOfChannel.get(i).get("payload"));
            }
        });
    }
}
