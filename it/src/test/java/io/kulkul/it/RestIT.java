package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The REST API: events in, and what there is in the instance. Each test has a tenant of its own. */
@ExtendWith(ArquillianExtension.class)
class RestIT {
    private static final String JSON = "application/json";
    private static final String LINES = "application/x-ndjson";

    private final String tenant = "tenant-" + UUID.randomUUID();
    private final KulkulApi api =
            new KulkulApi(Tokens.forUser("rita").inTenant(tenant).token());

    /** Of the same tenant. */
    private final KulkulApi operator =
            new KulkulApi(Tokens.forAdministrator().inTenant(tenant).token());

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }

    private KulkulClient connect() {
        KulkulClient client = KulkulClient.to("/ws/" + tenant)
                .withToken(Tokens.forUser("rita").inTenant(tenant).token())
                .connect();
        client.expect("connected");
        return client;
    }

    @Test
    void oneEventIsPublishedAndItsPositionAnswered() throws Exception {
        try (KulkulClient client = connect()) {
            client.subscribe("orders:1");

            HttpResponse<String> response = api.post(
                    "/api/events", JSON, "{'channel':'orders:1','event':'created','payload':{'a':[1,2]},'key':'k'}");

            assertThat(response.statusCode()).isEqualTo(200);
            JsonObject published = KulkulClient.parse(response.body()).asJsonObject();
            JsonObject message = client.expectMessage("orders:1");
            assertThat(published.getInt("seq")).isEqualTo(1);
            assertThat(published.getString("id")).isEqualTo(message.getString("id"));
            assertThat(published.getBoolean("duplicate")).isFalse();
            assertThat(message.get("payload")).hasToString("{\"a\":[1,2]}");
            assertThat(message.getString("publisher")).isEqualTo("rita");
        }
    }

    @Test
    void anArrayIsPublishedInItsOrder() throws Exception {
        HttpResponse<String> response = api.post(
                "/api/events",
                JSON,
                "[{'channel':'a','event':'e','payload':1},{'channel':'b','event':'e','payload':2},"
                        + "{'channel':'a','event':'e','payload':3}]");

        JsonArray published = KulkulClient.parse(response.body()).asJsonArray();
        assertThat(published.getValuesAs(JsonObject.class))
                .extracting(one -> one.getString("channel") + one.getInt("seq"))
                .containsExactly("a1", "b1", "a2");
    }

    @Test
    void anArrayWithABadElementIsNotPublishedAtAll() throws Exception {
        HttpResponse<String> response = api.post(
                "/api/events",
                JSON,
                "[{'channel':'a','event':'e','payload':1},{'channel':'a b','event':'e','payload':2}]");

        JsonObject problem = assertProblem(response, 400, "bad_channel");
        assertThat(problem.getInt("index")).isEqualTo(1);
        assertThat(api.get("/api/channels/a").statusCode()).isEqualTo(404);
    }

    @Test
    void badLinesOfAStreamAreNamedAndTheOthersPublished() throws Exception {
        HttpResponse<String> response = api.post("/api/events", LINES, """
                {'channel':'lines','event':'e','payload':1}
                {'channel':'lines','event':
                {'channel':'no channel','event':'e','payload':1}

                {'channel':'lines','payload':1}
                {'channel':'lines','event':'e','payload':2}
                """);

        assertThat(response.statusCode()).isEqualTo(200);
        JsonObject report = KulkulClient.parse(response.body()).asJsonObject();
        assertThat(report.getInt("published")).isEqualTo(2);
        assertThat(report.getInt("refused")).isEqualTo(3);
        assertThat(report.getJsonArray("errors").getValuesAs(JsonObject.class))
                .extracting(error -> error.getInt("line") + " " + error.getString("code"))
                .containsExactly("2 bad_json", "3 bad_channel", "5 bad_request");
        assertThat(api.json("/api/channels/lines")
                        .asJsonObject()
                        .getJsonObject("head")
                        .getInt("seq"))
                .isEqualTo(2);
    }

    @Test
    void whatIsNoEventIsAProblem() throws Exception {
        assertProblem(api.post("/api/events", JSON, "{'channel':"), 400, "bad_json");
        assertProblem(api.post("/api/events", JSON, ""), 400, "bad_request");
        assertProblem(api.post("/api/events", JSON, "{'channel':'a','payload':1}"), 400, "bad_request");
        assertProblem(api.post("/api/events", JSON, "{'channel':'$sys:a','event':'e','payload':1}"), 403, "forbidden");
        assertProblem(
                api.post("/api/events", JSON, "{'channel':'a','event':'e','payload':'" + "x".repeat(600_000) + "'}"),
                413,
                "limit_message_size");
    }

    @Test
    void withoutAValidTokenNothingIsTold() throws Exception {
        for (String path :
                List.of("/api/channels", "/api/channels/a", "/api/connections", "/api/instance", "/api/instances")) {
            assertProblem(new KulkulApi("").get(path), 401, "unauthenticated");
            assertProblem(new KulkulApi("nonsense").get(path), 401, "token_invalid");
        }
        HttpResponse<String> response =
                new KulkulApi("").post("/api/events", JSON, "{'channel':'a','event':'e','payload':1}");
        assertProblem(response, 401, "unauthenticated");
        assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    }

    @Test
    void anotherTenantIsForbidden() throws Exception {
        assertProblem(api.get("/api/channels/a?tenant=another"), 403, "forbidden");
        assertProblem(operator.get("/api/channels?tenant=another"), 403, "forbidden");
    }

    @Test
    void channelsAreListedPageByPage() throws Exception {
        try (KulkulClient client = connect()) {
            client.subscribe("c:2");
            client.subscribe("c:*");
            for (int i = 1; i <= 5; i++) {
                api.post("/api/events", JSON, "{'channel':'c:" + i + "','event':'e','payload':1}");
            }

            assertThat(pages("channels", "channel", 2)).containsExactly("c:1", "c:2", "c:3", "c:4", "c:5");
            JsonObject channel = api.json("/api/channels/c:2").asJsonObject();
            assertThat(channel.getJsonObject("head").getInt("seq")).isEqualTo(1);
            assertThat(channel.getInt("historySize")).isEqualTo(1);
            assertThat(channel.getInt("subscribers")).isEqualTo(1);
            assertThat(channel.getInt("patternSubscribers")).isEqualTo(1);
        }
        assertProblem(operator.get("/api/channels?limit=0"), 400, "bad_request");
        assertProblem(api.get("/api/channels/none"), 404, "not_found");
    }

    @Test
    void connectionsAreListedPageByPage() throws Exception {
        try (KulkulClient first = connect();
                KulkulClient second = connect();
                KulkulClient third = connect()) {
            first.subscribe("a");
            second.subscribe("a");
            third.subscribe("a");

            assertThat(pages("connections", "connection", 2)).hasSize(3).doesNotHaveDuplicates();
            JsonObject shown = operator.json("/api/connections")
                    .asJsonObject()
                    .getJsonArray("connections")
                    .getJsonObject(0);
            assertThat(shown.getString("user")).isEqualTo("rita");
            assertThat(shown.getString("dialect")).isEqualTo("kulkul");
            assertThat(shown.getInt("subscriptions")).isEqualTo(1);
            assertThat(shown).doesNotContainKey("session");
        }
    }

    /** Follows {@code next} to the end, and gives each entry's key. */
    private List<String> pages(String resource, String key, int limit) throws Exception {
        List<String> keys = new ArrayList<>();
        String next = "?limit=" + limit;
        while (next != null) {
            JsonObject page = operator.json("/api/" + resource + next).asJsonObject();
            List<JsonObject> entries = page.getJsonArray(resource).getValuesAs(JsonObject.class);
            assertThat(entries.size()).isLessThanOrEqualTo(limit);
            entries.forEach(entry -> keys.add(entry.getString(key)));
            next = page.get("next") instanceof JsonString reference ? reference.getString() : null;
        }
        return keys;
    }

    @Test
    void theInstanceTellsOfItself() throws Exception {
        JsonObject instance = operator.json("/api/instance").asJsonObject();

        assertThat(instance.getString("instance")).isNotBlank();
        assertThat(instance.getString("version")).isNotBlank();
        assertThat(instance.getInt("threads")).isPositive();
        assertThat(instance.getBoolean("draining")).isFalse();
    }

    @Test
    void anInstanceByItselfIsTheOnlyOneThatIsAlive() throws Exception {
        JsonArray instances = operator.json("/api/instances").asJsonObject().getJsonArray("instances");

        assertThat(instances).hasSize(1);
        assertThat(instances.getJsonObject(0).getBoolean("self")).isTrue();
        assertThat(instances.getJsonObject(0).getString("instance"))
                .isEqualTo(operator.json("/api/instance").asJsonObject().getString("instance"));
    }

    @Test
    void theDescriptionListsEveryPath() throws Exception {
        assertThat(new KulkulApi("").get("/openapi").body())
                .contains(
                        "/api/events:",
                        "/api/channels:",
                        "/api/channels/{name}:",
                        "/api/connections:",
                        "/api/instance:",
                        "/api/instances:");
    }

    private static JsonObject assertProblem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        JsonObject problem = KulkulClient.parse(response.body()).asJsonObject();
        assertThat(problem.getInt("status")).isEqualTo(status);
        assertThat(problem.getString("code")).isEqualTo(code);
        assertThat(problem.getString("type")).isNotBlank();
        assertThat(problem.getString("title")).isNotBlank();
        return problem;
    }
}
