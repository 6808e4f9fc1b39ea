package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two tenants have the same users and the same names of channels, and are two worlds all the same. */
@ExtendWith(ArquillianExtension.class)
class TenantsIT {
    private static final List<String> USERS = List.of("ann", "ben", "cem", "dan", "eve");
    private static final List<String> CHANNELS =
            List.of("counted:1", "counted:2", "counted:3", "counted:4", "counted:5");

    /** Of each tenant, and as many requests carry them. */
    private static final int BY_REST = 2_000;

    private static final int REQUESTS = 20;

    /** Of each connection: what it may send at once. */
    private static final int BY_CLIENT = 100;

    private static final int BROADCASTS = 30;
    private static final int TO_EACH_USER = 20;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Tenant> tenants = List.of(new Tenant("acme"), new Tenant("globex"));

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }

    @AfterEach
    void disconnect() {
        threads.shutdownNow();
        tenants.forEach(Tenant::disconnect);
    }

    @Test
    void notOneEventOfOneReachesTheOther() throws Exception {
        tenants.forEach(Tenant::connect);

        await(tenants.stream().flatMap(tenant -> tenant.load().stream()).toList());

        for (Tenant tenant : tenants) {
            tenant.assertEachHasItsOwnAndNothingElse();
            tenant.assertReadsOnlyItsOwn();
        }
    }

    @Test
    void aChannelOfOneIsUnknownToTheOther() throws Exception {
        String name = "counted:of-acme-alone";
        KulkulApi acme = api("acme", "publish:* subscribe:*");
        KulkulApi globex = api("globex", "publish:* subscribe:*");
        assertThat(acme.post("/api/events", "application/json", "{'channel':'" + name + "','event':'e','payload':1}")
                        .statusCode())
                .isEqualTo(200);

        assertThat(acme.json("/api/channels/" + name).asJsonObject().getInt("historySize"))
                .isEqualTo(1);
        assertThat(globex.get("/api/channels/" + name).statusCode()).isEqualTo(404);
        assertThat(globex.get("/api/channels").body()).doesNotContain(name);
        try (KulkulClient client = member("globex", "ann")) {
            assertThat(client.ask("{'type':'history','channel':'" + name + "'}").getJsonArray("events"))
                    .isEmpty();
            assertThat(client.ask("{'type':'subscribe','channel':'" + name + "','since':{'seq':0}}")
                            .getInt("replayed"))
                    .isZero();
        }
    }

    @Test
    void aTokenOfOneIsRefusedAtThePathOfTheOther() {
        KulkulClient client = KulkulClient.to("/ws/globex")
                .withToken(Tokens.forUser("ann").inTenant("acme").token())
                .connect();

        client.expectClose(4403);
    }

    @Test
    void aTokenOfOneInTheFirstFrameIsRefusedAtThePathOfTheOther() {
        KulkulClient client = KulkulClient.to("/ws/globex").connect();

        client.send("{'type':'authenticate','token':'"
                + Tokens.forUser("ann").inTenant("acme").token() + "'}");

        client.expectClose(4403);
    }

    @Test
    void aTokenWithoutATenantIsRefusedAtATenantsPath() {
        KulkulClient client = KulkulClient.to("/ws/acme")
                .withToken(Tokens.forUser("ann").token())
                .connect();

        client.expectClose(4403);
    }

    @Test
    void aTokenOfOneIsRefusedWhereARequestNamesTheOther() throws Exception {
        KulkulApi acme = api("acme", "admin");
        String event = "{'channel':'counted:1','event':'e','payload':1}";
        String itself = "{'event':'e','payload':1}";

        for (String path : List.of(
                "/api/channels?tenant=globex",
                "/api/channels/counted:1?tenant=globex",
                "/api/connections?tenant=globex")) {
            assertThat(acme.get(path).statusCode()).as(path).isEqualTo(403);
        }
        assertThat(acme.post("/api/events?tenant=globex", "application/json", event)
                        .statusCode())
                .isEqualTo(403);
        assertThat(acme.post("/api/users/ann/events?tenant=globex", "application/json", itself)
                        .statusCode())
                .isEqualTo(403);
        assertThat(acme.post("/api/users/ann/disconnect?tenant=globex", "application/json", "{}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(acme.post("/api/tenants/globex/events", "application/json", itself)
                        .statusCode())
                .isEqualTo(403);
    }

    private static KulkulClient member(String tenant, String user) {
        KulkulClient client = KulkulClient.to("/ws/" + tenant)
                .withToken(Tokens.forUser(user).inTenant(tenant).token())
                .connect();
        client.expect("connected");
        return client;
    }

    private static KulkulApi api(String tenant, String scope) {
        return new KulkulApi(
                Tokens.forUser("operator").inTenant(tenant).withScope(scope).token());
    }

    private void await(List<Future<?>> loads) throws InterruptedException {
        for (Future<?> load : loads) {
            try {
                load.get();
            } catch (ExecutionException e) {
                throw new AssertionError(e.getCause());
            }
        }
    }

    /** A tenant with two connections of each user: one subscribed to each channel, one to a pattern that covers them all. */
    private final class Tenant {
        private final String name;
        private final KulkulApi api;
        private final Map<KulkulClient, String> clients = new HashMap<>();

        Tenant(String name) {
            this.name = name;
            this.api = api(name, "admin");
        }

        void connect() {
            for (String user : USERS) {
                KulkulClient byName = member(name, user);
                CHANNELS.forEach(byName::subscribe);
                clients.put(byName, user);
                KulkulClient byPattern = member(name, user);
                byPattern.subscribe("counted:*");
                clients.put(byPattern, user);
            }
        }

        void disconnect() {
            clients.keySet().forEach(KulkulClient::close);
        }

        /** Publishes from all sides at once. */
        List<Future<?>> load() {
            List<Future<?>> running = new ArrayList<>();
            running.add(threads.submit(this::publishByRest));
            running.add(threads.submit(this::announce));
            clients.forEach((client, user) -> running.add(threads.submit(() -> publishBy(client, user))));
            return running;
        }

        private Object publishByRest() throws Exception {
            for (int request = 0; request < REQUESTS; request++) {
                StringBuilder lines = new StringBuilder();
                for (int i = 0; i < BY_REST / REQUESTS; i++) {
                    lines.append("{'channel':'").append(CHANNELS.get(i % CHANNELS.size()));
                    lines.append("','event':'rest','payload':{'of':'")
                            .append(name)
                            .append("'}}\n");
                }
                post("/api/events", "application/x-ndjson", lines.toString());
            }
            return null;
        }

        private Object announce() throws Exception {
            String event = "{'event':'announced','payload':{'of':'" + name + "'}}";
            for (int i = 0; i < BROADCASTS; i++) {
                post("/api/tenants/" + name + "/events", "application/json", event);
                if (i < TO_EACH_USER) {
                    for (String user : USERS) {
                        post("/api/users/" + user + "/events", "application/json", event);
                    }
                }
            }
            return null;
        }

        private void post(String path, String type, String body) throws Exception {
            var response = api.post(path, type, body);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        }

        private void publishBy(KulkulClient client, String user) {
            for (int i = 0; i < BY_CLIENT; i++) {
                client.send("{'type':'publish','channel':'" + CHANNELS.get(i % CHANNELS.size())
                        + "','event':'client','payload':{'of':'" + name + "','by':'" + user + "'}}");
            }
        }

        void assertEachHasItsOwnAndNothingElse() {
            int onChannels = BY_REST + BY_CLIENT * clients.size();
            int each = onChannels + BROADCASTS + TO_EACH_USER;
            clients.forEach((client, user) -> {
                Map<String, Integer> received = new HashMap<>();
                for (int i = 0; i < each; i++) {
                    JsonObject message = client.expectMessage();
                    assertThat(message.getJsonObject("payload").getString("of")).isEqualTo(name);
                    received.merge(
                            message.getString("channel").replaceFirst("^counted:.*", "counted"), 1, Integer::sum);
                }
                assertThat(client.ask("{'type':'ping'}").getString("type")).isEqualTo("pong");
                assertThat(received)
                        .isEqualTo(
                                Map.of("counted", onChannels, "broadcast", BROADCASTS, "user:" + user, TO_EACH_USER));
                assertThat(client.unexpected())
                        .hasSize(BY_CLIENT)
                        .allMatch(frame -> frame.getString("type").equals("published"));
            });
        }

        void assertReadsOnlyItsOwn() throws Exception {
            int each = (BY_REST + BY_CLIENT * clients.size()) / CHANNELS.size();
            KulkulClient client = clients.keySet().iterator().next();
            for (String channel : CHANNELS) {
                assertThat(api.json("/api/channels/" + channel).asJsonObject().getInt("historySize"))
                        .isEqualTo(each);
                assertThat(client.ask("{'type':'history','channel':'" + channel + "','limit':1000}")
                                .getJsonArray("events")
                                .getValuesAs(JsonObject.class))
                        .hasSize(each)
                        .allMatch(event ->
                                event.getJsonObject("payload").getString("of").equals(name));
            }
            assertThat(api.json("/api/connections")
                            .asJsonObject()
                            .getJsonArray("connections")
                            .getValuesAs(JsonObject.class))
                    .hasSize(clients.size())
                    .allMatch(connection -> connection.getString("tenant").equals(name));
        }
    }
}
