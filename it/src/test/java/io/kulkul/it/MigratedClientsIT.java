package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Clients of five systems, written from each system's own description, find here what their system promised them.
 *
 * <p>Each test has a tenant of its own, so that positions begin at 1.
 */
@ExtendWith(ArquillianExtension.class)
class MigratedClientsIT {
    private static final String JSON = "application/json";
    private static final String LINES = "application/x-ndjson";

    private final String tenant = "tenant-" + UUID.randomUUID();
    private final KulkulApi api =
            new KulkulApi(Tokens.forUser("worker").inTenant(tenant).token());
    private final List<DialectClient> clients = new ArrayList<>();

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }

    @AfterEach
    void disconnect() {
        clients.forEach(DialectClient::close);
    }

    private DialectClient connect(DialectClient.Handshake handshake) {
        DialectClient client = handshake.connect();
        clients.add(client);
        return client;
    }

    private String token(String user) {
        return Tokens.forUser(user).inTenant(tenant).token();
    }

    /** As a worker's process does that has no socket. */
    private void publish(String channel, String event, String payload) throws Exception {
        post("/api/events", JSON, "{'channel':'" + channel + "','event':'" + event + "','payload':" + payload + "}");
    }

    /** In one request. */
    private void publishNumbers(String channel, String event, int from, int to) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int n = from; n <= to; n++) {
            lines.append("{'channel':'" + channel + "','event':'" + event + "','payload':{'n':" + n + "}}\n");
        }
        post("/api/events", LINES, lines.toString());
    }

    private void post(String path, String contentType, String body) throws Exception {
        HttpResponse<String> response = api.post(path, contentType, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private static void assertIsUtc(JsonObject frame) {
        String timestamp = frame.getString("timestamp");
        assertThat(timestamp).endsWith("Z");
        assertThat(Instant.parse(timestamp))
                .isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(600));
    }

    // neurograph

    private DialectClient neurograph() {
        return connect(DialectClient.to("/ws?dialect=neurograph&token=" + token("nina")));
    }

    @Test
    void neurographSubscribesAndHearsEvents() throws Exception {
        DialectClient client = neurograph();
        for (String channel : List.of("tokens", "grid", "cdna")) {
            client.send("{'type':'subscribe','channel':'" + channel + "'}")
                    .expect("{'type':'subscribed','channel':'" + channel + "'}");
        }

        publish("tokens", "token_created", "{'token_id':123,'position':[1.0,2.0],'timestamp':'2026-01-09T10:30:00Z'}");
        publish("grid", "grid_changed", "null");

        client.expect("{'type':'token_created','channel':'tokens','data':"
                        + "{'token_id':123,'position':[1.0,2.0],'timestamp':'2026-01-09T10:30:00Z'}}")
                .expect("{'type':'grid_changed','channel':'grid','data':null}");
        client.send("{'type':'unsubscribe','channel':'tokens'}").expect("{'type':'unsubscribed','channel':'tokens'}");
        publish("tokens", "token_deleted", "{'token_id':123}");
        publish("cdna", "cdna_updated", "{}");
        client.expect("{'type':'cdna_updated','channel':'cdna','data':{}}");
    }

    @Test
    void neurographMayGiveItsTokenInItsFirstMessageButSubscribesNotBefore() throws Exception {
        DialectClient client = connect(DialectClient.to("/ws?dialect=neurograph"));

        client.send("{'type':'subscribe','channel':'tokens'}").expectLike("{'type':'error','code':'unauthenticated'}");
        client.send("{'type':'authenticate','token':'" + token("nina") + "'}")
                .send("{'type':'subscribe','channel':'tokens'}")
                .expect("{'type':'subscribed','channel':'tokens'}");
        publish("tokens", "token_created", "1");

        client.expect("{'type':'token_created','channel':'tokens','data':1}");
    }

    @Test
    void neurographsPongHasItsTime() {
        JsonObject pong = neurograph().send("{'type':'ping'}").expectLike("{'type':'pong'}");

        assertThat(pong).containsOnlyKeys("type", "timestamp");
        assertIsUtc(pong);
    }

    @Test
    void neurographMayHaveTenSubscriptions() {
        DialectClient client = neurograph();
        for (int i = 1; i <= 10; i++) {
            client.send("{'type':'subscribe','channel':'c" + i + "'}")
                    .expect("{'type':'subscribed','channel':'c" + i + "'}");
        }

        client.send("{'type':'subscribe','channel':'c11'}").expectLike("{'type':'error','code':'limit_subscriptions'}");
        client.send("{'type':'unsubscribe','channel':'c1'}").expect("{'type':'unsubscribed','channel':'c1'}");
        client.send("{'type':'subscribe','channel':'c11'}").expect("{'type':'subscribed','channel':'c11'}");
    }

    @Test
    void neurographsAbusiveClientIsDisconnected() {
        DialectClient client = neurograph();

        client.sendUntilClosed("{'type':'ping'}", 4429, 100_000);
    }

    // neurectomy

    /** Ignores what its system did not have. */
    private DialectClient neurectomy(String user) {
        DialectClient client =
                connect(DialectClient.to("/ws?dialect=neurectomy").ignoring("published"));
        client.send("{'type':'authenticate','token':'" + token(user) + "'}")
                .expectLike("{'type':'authenticated','user':'" + user + "'}");
        return client;
    }

    private static void subscribe(DialectClient neurectomy, String channel) {
        neurectomy
                .send("{'type':'subscribe','channel':'" + channel + "','id':'m-1','timestamp':1704067200000}")
                .expectLike("{'type':'subscribed','channel':'" + channel + "','id':'m-1'}");
    }

    private static void expectMessages(DialectClient neurectomy, String channel, int from, int to) {
        for (int n = from; n <= to; n++) {
            neurectomy.expectLike("{'type':'message','channel':'" + channel + "','payload':{'n':" + n + "}}");
        }
    }

    @Test
    void neurectomyAuthenticatesFirst() {
        DialectClient client = connect(DialectClient.to("/ws?dialect=neurectomy"));

        client.send("{'type':'ping'}").expectLike("{'type':'pong'}");
        client.send("{'type':'subscribe','channel':'system'}").expectLike("{'type':'error','code':'unauthenticated'}");
        client.send("{'type':'publish','channel':'system','payload':{}}")
                .expectLike("{'type':'error','code':'unauthenticated'}");
        client.send("{'type':'authenticate','token':'" + token("nora") + "'}")
                .expectLike("{'type':'authenticated','user':'nora'}");
        subscribe(client, "system");
        client.send("{'type':'unsubscribe','channel':'system'}")
                .expectLike("{'type':'unsubscribed','channel':'system'}");
    }

    @Test
    void neurectomysPublishedMessagesReachOthers() {
        DialectClient alice = neurectomy("alice");
        DialectClient bob = neurectomy("bob");
        subscribe(bob, "agent:550e8400-e29b-41d4-a716-446655440000");
        subscribe(alice, "agent:550e8400-e29b-41d4-a716-446655440000");

        alice.send("{'type':'publish','channel':'agent:550e8400-e29b-41d4-a716-446655440000',"
                + "'payload':{'status':'busy','load':0.50,'task':null},'id':'m-2','timestamp':1704067200000}");

        for (DialectClient client : List.of(alice, bob)) {
            JsonObject message =
                    client.expectLike("{'type':'message','channel':'agent:550e8400-e29b-41d4-a716-446655440000',"
                            + "'payload':{'status':'busy','load':0.50,'task':null}}");
            assertThat(message.getString("id")).isNotBlank();
            assertThat(message.getJsonNumber("timestamp").longValueExact()).isGreaterThan(1704067200000L);
        }
    }

    @Test
    void neurectomysConversationIsStreamedTokenByTokenAndComesAgainAfterAReconnect() throws Exception {
        DialectClient client = neurectomy("nora");
        subscribe(client, "conversation:7");

        publishNumbers("conversation:7", "token", 1, 2_000);
        expectMessages(client, "conversation:7", 1, 2_000);
        client.drops();
        publishNumbers("conversation:7", "token", 2_001, 2_050);

        DialectClient again = neurectomy("nora");
        subscribe(again, "conversation:7");
        expectMessages(again, "conversation:7", 1_951, 2_050);
        publishNumbers("conversation:7", "token", 2_051, 2_051);
        expectMessages(again, "conversation:7", 2_051, 2_051);
    }

    @Test
    void neurectomysMessagesMayHaveAMegabyte() {
        DialectClient client = neurectomy("nora");
        subscribe(client, "conversation:7");
        String publish = "{'type':'publish','channel':'conversation:7','payload':'";

        client.send(publish + "x".repeat(1_048_576 - publish.length() - 2) + "'}");
        assertThat(client.expectLike("{'type':'message'}").getString("payload")).hasSizeGreaterThan(1_048_000);

        client.send(publish + "x".repeat(1_048_576) + "'}");
        client.framesBeforeClose(1009);
    }

    @Test
    void neurectomysUserMayHaveFiveConnections() {
        for (int i = 1; i <= 5; i++) {
            neurectomy("nora");
        }
        DialectClient sixth = connect(DialectClient.to("/ws?dialect=neurectomy"));

        sixth.send("{'type':'authenticate','token':'" + token("nora") + "'}");

        assertThat(sixth.framesBeforeClose(4409))
                .extracting(frame -> frame.getString("type"))
                .isSubsetOf("error");
        neurectomy("somebody-else");
    }

    // pulse-radar

    private DialectClient pulseRadar(String query) {
        return connect(DialectClient.to("/ws?dialect=pulse-radar&" + query + "&token=" + token("petra"))
                .answeringPings("{'action':'pong'}"));
    }

    private static void expectConnection(DialectClient client, String topics) {
        JsonObject connection = client.expectLike("{'type':'connection'}");
        assertThat(connection).containsOnlyKeys("type", "data");
        JsonObject data = connection.getJsonObject("data");
        assertThat(data).containsOnlyKeys("status", "connectionId", "topics");
        assertThat(data.getString("status")).isEqualTo("connected");
        assertThat(data.getString("connectionId")).matches("[0-9a-f]{8}");
        assertThat(data.get("topics")).isEqualTo(KulkulClient.parse(KulkulClient.quoted(topics)));
    }

    private static void expectEvents(DialectClient client, String topic, int from, int to) {
        for (int n = from; n <= to; n++) {
            client.expect("{'topic':'" + topic + "','event':'progress','data':{'n':" + n + "},'_seq':" + n + "}");
        }
    }

    @Test
    void pulseRadarIsToldItsTopicsAndSentWhatCameAfterLastSeq() throws Exception {
        publishNumbers("messages", "progress", 1, 150);

        DialectClient client = pulseRadar("topics=messages,knowledge&lastSeq=messages:142");

        expectConnection(client, "['messages','knowledge']");
        expectEvents(client, "messages", 143, 150);
        publishNumbers("knowledge", "progress", 1, 2);
        publishNumbers("messages", "progress", 151, 151);
        expectEvents(client, "knowledge", 1, 2);
        expectEvents(client, "messages", 151, 151);
    }

    @Test
    void pulseRadarsDroppedSocketCostsNoEvent() throws Exception {
        DialectClient client = pulseRadar("topics=messages,knowledge");
        expectConnection(client, "['messages','knowledge']");
        publishNumbers("messages", "progress", 1, 30);
        publishNumbers("knowledge", "progress", 1, 3);
        expectEvents(client, "messages", 1, 20);
        client.drops();
        publishNumbers("messages", "progress", 31, 60);

        DialectClient again = pulseRadar("topics=messages,knowledge&lastSeq=messages:20,knowledge:0");

        expectConnection(again, "['messages','knowledge']");
        List<JsonObject> replayed =
                IntStream.rangeClosed(1, 43).mapToObj(any -> again.next()).toList();
        assertThat(seqs(replayed, "messages"))
                .isEqualTo(IntStream.rangeClosed(21, 60).boxed().toList());
        assertThat(seqs(replayed, "knowledge")).containsExactly(1, 2, 3);
        publishNumbers("messages", "progress", 61, 61);
        expectEvents(again, "messages", 61, 61);
    }

    private static List<Integer> seqs(List<JsonObject> events, String topic) {
        return events.stream()
                .filter(event -> event.getString("topic").equals(topic))
                .map(event -> event.getInt("_seq"))
                .toList();
    }

    @Test
    void pulseRadarSubscribesLater() throws Exception {
        DialectClient client = pulseRadar("topics=tasks");
        expectConnection(client, "['tasks']");

        client.send("{'action':'subscribe','topic':'metrics'}").expect("{'type':'subscribed','topic':'metrics'}");
        publish("metrics", "cpu", "{'load':0.5}");
        client.expect("{'topic':'metrics','event':'cpu','data':{'load':0.5},'_seq':1}");
        client.send("{'action':'unsubscribe','topic':'tasks'}").expect("{'type':'unsubscribed','topic':'tasks'}");
        publish("tasks", "started", "1");
        publish("metrics", "cpu", "{'load':0.6}");

        client.expect("{'topic':'metrics','event':'cpu','data':{'load':0.6},'_seq':2}");
    }

    @Test
    void pulseRadarMayHaveNoTopicsYet() {
        DialectClient client = connect(DialectClient.to("/ws?dialect=pulse-radar&token=" + token("petra")));

        expectConnection(client, "[]");
        client.send("{'action':'pong'}")
                .send("{'action':'subscribe','topic':'agents'}")
                .expect("{'type':'subscribed','topic':'agents'}");
    }

    // phoenix-guardian

    private DialectClient phoenixGuardian(String user) {
        return connect(DialectClient.to("/ws/" + tenant + "?dialect=phoenix-guardian")
                .withToken(token(user))
                .answeringPings("{'type':'pong'}"));
    }

    private static void expectEvent(DialectClient client, String type, String payload, String correlation) {
        JsonObject frame = client.expectLike(
                "{'type':'" + type + "','payload':" + payload + ",'correlation_id':" + correlation + "}");
        assertThat(frame).containsOnlyKeys("type", "payload", "timestamp", "correlation_id");
        assertIsUtc(frame);
    }

    /** Which also shows that nothing else came before. */
    private static void assertAnswersPing(DialectClient client) {
        expectEvent(client.send("{'type':'ping'}"), "pong", "null", "null");
    }

    @Test
    void phoenixGuardiansWholeTenantHearsABroadcast() throws Exception {
        DialectClient byHeader = phoenixGuardian("paula");
        DialectClient byQuery =
                connect(DialectClient.to("/ws/" + tenant + "?dialect=phoenix-guardian&token=" + token("peter"))
                        .answeringPings("{'type':'pong'}"));
        DialectClient elsewhere = connect(DialectClient.to("/ws/elsewhere?dialect=phoenix-guardian")
                .withToken(Tokens.forUser("paula").inTenant("elsewhere").token())
                .answeringPings("{'type':'pong'}"));
        List.of(byHeader, byQuery, elsewhere).forEach(MigratedClientsIT::assertAnswersPing);

        post(
                "/api/tenants/" + tenant + "/events",
                JSON,
                "{'event':'threat.alert','payload':{'severity':3},'correlation':'c-1'}");
        post("/api/tenants/" + tenant + "/events", JSON, "{'event':'system.health','payload':[]}");

        for (DialectClient client : List.of(byHeader, byQuery)) {
            expectEvent(client, "threat.alert", "{'severity':3}", "'c-1'");
            expectEvent(client, "system.health", "[]", "null");
        }
        assertAnswersPing(elsewhere);
    }

    @Test
    void phoenixGuardiansUserHearsItOnAllConnectionsAndNobodyElseDoes() throws Exception {
        DialectClient desk = phoenixGuardian("paula");
        DialectClient phone = phoenixGuardian("paula");
        DialectClient other = phoenixGuardian("peter");
        List.of(desk, phone, other).forEach(MigratedClientsIT::assertAnswersPing);

        HttpResponse<String> response = new KulkulApi(Tokens.forUser("worker")
                        .inTenant(tenant)
                        .withScope("admin")
                        .token())
                .post(
                        "/api/users/paula/events",
                        JSON,
                        "{'event':'transcription.chunk','payload':'Good morn','correlation':'call-9'}");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        expectEvent(desk, "transcription.chunk", "'Good morn'", "'call-9'");
        expectEvent(phone, "transcription.chunk", "'Good morn'", "'call-9'");
        assertAnswersPing(other);
    }

    @Test
    void phoenixGuardianSubscribesToMore() throws Exception {
        DialectClient client = phoenixGuardian("paula");

        client.send("{'type':'subscribe','payload':{'channel':'encounters'},"
                + "'timestamp':'2026-01-09T10:30:00','correlation_id':'c-2'}");
        expectEvent(client, "subscribed", "{'channel':'encounters'}", "'c-2'");
        publish("encounters", "encounter.started", "{'id':5}");
        expectEvent(client, "encounter.started", "{'id':5}", "null");
        client.send("{'type':'unsubscribe','payload':{'channel':'encounters'}}");
        expectEvent(client, "unsubscribed", "{'channel':'encounters'}", "null");
        publish("encounters", "encounter.completed", "{'id':5}");

        assertAnswersPing(client);
    }

    @Test
    void phoenixGuardianOfAnotherTenantIsRefused() {
        DialectClient client = connect(DialectClient.to("/ws/elsewhere?dialect=phoenix-guardian")
                .withToken(token("paula"))
                .answeringPings("{'type':'pong'}"));

        client.framesBeforeClose(4403);
    }

    // cartographus

    private DialectClient cartographus(String user) {
        return connect(DialectClient.to("/ws?dialect=cartographus&token=" + token(user)));
    }

    @Test
    void cartographusIsAnsweredByAPong() {
        cartographus("carla").send("{'type':'ping','data':null}").expect("{'type':'pong','data':null}");
    }

    @Test
    void cartographusClientsAllHearEverythingInTheSameOrder() throws Exception {
        List<DialectClient> all = List.of(cartographus("carla"), cartographus("carl"), cartographus("cara"));
        all.forEach(client -> client.send("{'type':'ping','data':null}").expect("{'type':'pong','data':null}"));
        List<String> names = List.of(
                "playback", "sync_completed", "stats_update", "detection_alert", "sync_progress", "anything_else");

        ExecutorService publishers = Executors.newFixedThreadPool(names.size());
        try {
            List<Future<?>> published = new ArrayList<>();
            for (String name : names) {
                published.add(publishers.submit(() -> {
                    publishNumbers("broadcast", name, 1, 40);
                    return null;
                }));
            }
            for (Future<?> each : published) {
                each.get();
            }
        } finally {
            publishers.shutdown();
        }

        List<JsonObject> heard = take(all.get(0), 240);
        assertThat(Set.copyOf(heard)).hasSize(240);
        for (String name : names) {
            assertThat(heard.stream()
                            .filter(frame -> frame.getString("type").equals(name))
                            .map(frame -> frame.getJsonObject("data").getInt("n")))
                    .isEqualTo(IntStream.rangeClosed(1, 40).boxed().toList());
        }
        assertThat(take(all.get(1), 240)).isEqualTo(heard);
        assertThat(take(all.get(2), 240)).isEqualTo(heard);
    }

    private static List<JsonObject> take(DialectClient client, int count) {
        return IntStream.range(0, count).mapToObj(any -> client.next()).toList();
    }

    @Test
    void cartographusMessagesMayHave512Kilobytes() {
        DialectClient client = cartographus("carla");
        String ping = "{'type':'ping','data':'";

        client.send(ping + "x".repeat(524_288 - ping.length() - 2) + "'}").expect("{'type':'pong','data':null}");
        client.send(ping + "x".repeat(524_288) + "'}");

        client.framesBeforeClose(1009);
    }
}
