package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients of all systems are connected at once, each is spoken to in its own frames, and each hears so when its own are wrong. */
@ExtendWith(ArquillianExtension.class)
class DialectsIT {
    private static final int EVENTS = 10_000;

    /** Below the hundred that a client of {@code neurograph} may be behind. */
    private static final int CHUNK = 50;

    private static final Map<String, String> WRONG_FRAMES = Map.of(
            "nonsense", "bad_json",
            "{'type':", "bad_json",
            "[{'type':'ping'}]", "bad_request",
            "17", "bad_request",
            "{}", "bad_request",
            "{'type':1,'action':1}", "bad_request",
            "{'type':'dance','action':'dance'}", "unknown_type");

    private final String tenant = "tenant-" + UUID.randomUUID();
    private final KulkulApi api =
            new KulkulApi(Tokens.forUser("publisher").inTenant(tenant).token());
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

    private DialectClient.Handshake as(String dialect) {
        return DialectClient.to("/ws/" + tenant + "?dialect=" + dialect + "&token=" + token(dialect));
    }

    private String token(String user) {
        return Tokens.forUser(user).inTenant(tenant).token();
    }

    /** What a client has to be sent for an event. */
    private interface Expectation {
        void next(DialectClient client, String event, int n);
    }

    // All at once

    @Test
    void eachHasEveryEventOnceAndInOrderInItsOwnEnvelope() throws Exception {
        Map<DialectClient, Expectation> all = new HashMap<>();
        all.put(nativeClient("kulkul.v1"), DialectsIT::expectMessage);
        all.put(nativeClient("kulkul.v1+batch"), DialectsIT::expectMessage);
        all.put(neurograph(), DialectsIT::expectNeurographs);
        all.put(neurectomy(), DialectsIT::expectNeurectomys);
        all.put(pulseRadar(), DialectsIT::expectPulseRadars);
        all.put(phoenixGuardian(), DialectsIT::expectPhoenixGuardians);
        all.put(connect(as("cartographus")), DialectsIT::expectCartographus);

        for (int first = 1; first <= EVENTS; first += CHUNK) {
            publish("tick", first, first + CHUNK - 1);
            for (int n = first; n < first + CHUNK; n++) {
                int each = n;
                all.forEach((client, expectation) -> expectation.next(client, "tick", each));
            }
        }

        publish("end", EVENTS + 1, EVENTS + 1);
        all.forEach((client, expectation) -> expectation.next(client, "end", EVENTS + 1));
    }

    private void publish(String event, int from, int to) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int n = from; n <= to; n++) {
            lines.append("{'channel':'broadcast','event':'" + event + "','payload':" + n + "}\n");
        }
        HttpResponse<String> response = api.post("/api/events", "application/x-ndjson", lines.toString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(KulkulClient.parse(response.body()).asJsonObject().getInt("published"))
                .isEqualTo(to - from + 1);
    }

    private DialectClient nativeClient(String subprotocol) {
        DialectClient client = connect(DialectClient.to("/ws/" + tenant)
                .withToken(token(subprotocol))
                .offering(subprotocol)
                .answeringPings("{'type':'pong'}"));
        client.expectLike("{'type':'connected','protocol':'" + subprotocol + "'}");
        client.send("{'type':'subscribe','id':'1','channel':'broadcast'}").expectLike("{'type':'subscribed','id':'1'}");
        return client;
    }

    private static void expectMessage(DialectClient client, String event, int n) {
        JsonObject frame = client.expectLike("{'type':'message','channel':'broadcast','event':'" + event
                + "','payload':" + n + ",'seq':" + n + ",'publisher':'publisher'}");
        assertThat(frame)
                .containsOnlyKeys("type", "channel", "event", "payload", "seq", "publisher", "id", "timestamp");
    }

    private DialectClient neurograph() {
        return connect(as("neurograph"))
                .send("{'type':'subscribe','channel':'broadcast'}")
                .expect("{'type':'subscribed','channel':'broadcast'}");
    }

    private static void expectNeurographs(DialectClient client, String event, int n) {
        client.expect("{'type':'" + event + "','channel':'broadcast','data':" + n + "}");
    }

    private DialectClient neurectomy() {
        DialectClient client = connect(DialectClient.to("/ws/" + tenant + "?dialect=neurectomy"));
        client.send("{'type':'authenticate','token':'" + token("neurectomy") + "'}")
                .expectLike("{'type':'authenticated','user':'neurectomy'}");
        client.send("{'type':'subscribe','channel':'broadcast'}")
                .expectLike("{'type':'subscribed','channel':'broadcast'}");
        return client;
    }

    private static void expectNeurectomys(DialectClient client, String event, int n) {
        JsonObject frame = client.expectLike(
                "{'type':'message','channel':'broadcast','event':'" + event + "','payload':" + n + "}");
        assertThat(frame).containsOnlyKeys("type", "channel", "event", "payload", "id", "timestamp");
        assertThat(frame.getJsonNumber("timestamp").isIntegral()).isTrue();
    }

    private DialectClient pulseRadar() {
        DialectClient client =
                connect(DialectClient.to("/ws?dialect=pulse-radar&topics=broadcast&token=" + token("pulse-radar"))
                        .answeringPings("{'action':'pong'}"));
        client.expectLike("{'type':'connection'}");
        return client;
    }

    private static void expectPulseRadars(DialectClient client, String event, int n) {
        client.expect("{'topic':'broadcast','event':'" + event + "','data':" + n + ",'_seq':" + n + "}");
    }

    private DialectClient phoenixGuardian() {
        return connect(as("phoenix-guardian").answeringPings("{'type':'pong'}"));
    }

    private static void expectPhoenixGuardians(DialectClient client, String event, int n) {
        JsonObject frame = client.expectLike("{'type':'" + event + "','payload':" + n + ",'correlation_id':null}");
        assertThat(frame).containsOnlyKeys("type", "payload", "timestamp", "correlation_id");
    }

    private static void expectCartographus(DialectClient client, String event, int n) {
        client.expect("{'type':'" + event + "','data':" + n + "}");
    }

    // Wrong frames

    /** Sends what is no frame of the system; {@code problem} finds the code and the message in its error frame. */
    private static void assertWrongFramesAreAnswered(DialectClient client, UnaryOperator<JsonObject> problem) {
        WRONG_FRAMES.forEach((frame, code) -> assertIsAnswered(client, frame, code, problem));
    }

    private static void assertIsAnswered(
            DialectClient client, String frame, String code, UnaryOperator<JsonObject> problem) {
        JsonObject error = client.send(frame).expectLike("{'type':'error'}");
        assertThat(problem.apply(error).getString("code")).as(frame).isEqualTo(code);
        assertThat(problem.apply(error).getString("message")).as(frame).isNotBlank();
    }

    @Test
    void neurographHearsOfWrongFramesAndStays() {
        DialectClient client = connect(as("neurograph"));
        UnaryOperator<JsonObject> problem = error -> {
            assertThat(error).containsOnlyKeys("type", "code", "message");
            return error;
        };

        assertWrongFramesAreAnswered(client, problem);
        assertIsAnswered(client, "{'type':'subscribe'}", "bad_request", problem);
        assertIsAnswered(client, "{'type':'unsubscribe'}", "bad_request", problem);
        assertIsAnswered(client, "{'type':'subscribe','channel':'a b'}", "bad_channel", problem);

        client.send("{'type':'ping'}").expectLike("{'type':'pong'}");
    }

    @Test
    void neurectomyHearsOfWrongFramesAndStays() {
        DialectClient client = connect(as("neurectomy"));
        UnaryOperator<JsonObject> problem = UnaryOperator.identity();

        assertWrongFramesAreAnswered(client, problem);
        assertIsAnswered(client, "{'type':'subscribe'}", "bad_request", problem);
        assertIsAnswered(client, "{'type':'publish','payload':1}", "bad_request", problem);
        assertIsAnswered(client, "{'type':'authenticate'}", "bad_request", problem);
        JsonObject error = client.send("{'type':'subscribe','channel':'a b','id':'m-1'}")
                .expectLike("{'type':'error','code':'bad_channel','id':'m-1'}");

        assertThat(error).containsOnlyKeys("type", "id", "code", "message", "channel");
        client.send("{'type':'ping'}").expectLike("{'type':'pong'}");
    }

    @Test
    void pulseRadarHearsOfWrongFramesAndStays() {
        DialectClient client = connect(as("pulse-radar").answeringPings("{'action':'pong'}"));
        client.expectLike("{'type':'connection'}");
        UnaryOperator<JsonObject> problem = error -> {
            assertThat(error).containsOnlyKeys("type", "data");
            assertThat(error.getJsonObject("data")).containsOnlyKeys("code", "message");
            return error.getJsonObject("data");
        };

        assertWrongFramesAreAnswered(client, problem);
        assertIsAnswered(client, "{'action':'subscribe'}", "bad_request", problem);
        assertIsAnswered(client, "{'action':'subscribe','topic':7}", "bad_request", problem);
        assertIsAnswered(client, "{'action':'publish','topic':'tasks','data':1}", "unknown_type", problem);

        client.send("{'action':'subscribe','topic':'tasks'}").expect("{'type':'subscribed','topic':'tasks'}");
    }

    @Test
    void phoenixGuardianHearsOfWrongFramesAndStays() {
        DialectClient client = connect(as("phoenix-guardian").answeringPings("{'type':'pong'}"));
        UnaryOperator<JsonObject> problem = error -> {
            assertThat(error).containsOnlyKeys("type", "payload", "timestamp", "correlation_id");
            assertThat(error.getJsonObject("payload")).containsOnlyKeys("code", "message");
            return error.getJsonObject("payload");
        };

        assertWrongFramesAreAnswered(client, problem);
        assertIsAnswered(client, "{'type':'subscribe'}", "bad_request", problem);
        assertIsAnswered(client, "{'type':'subscribe','payload':{}}", "bad_request", problem);
        assertIsAnswered(client, "{'type':'subscribe','payload':'encounters'}", "bad_request", problem);

        client.send("{'type':'ping'}").expectLike("{'type':'pong','payload':null,'correlation_id':null}");
    }

    @Test
    void cartographusHearsOfWrongFramesAndStays() {
        DialectClient client = connect(as("cartographus"));
        UnaryOperator<JsonObject> problem = error -> {
            assertThat(error).containsOnlyKeys("type", "data");
            assertThat(error.getJsonObject("data")).containsOnlyKeys("code", "message");
            return error.getJsonObject("data");
        };

        assertWrongFramesAreAnswered(client, problem);
        assertIsAnswered(client, "{'type':'subscribe','channel':'secrets'}", "unknown_type", problem);

        client.send("{'type':'ping','data':null}").expect("{'type':'pong','data':null}");
    }

    @Test
    void aDialectThatThereIsNotEndsTheConnection() {
        DialectClient client = connect(as("esperanto"));

        client.expectLike("{'type':'error','code':'unknown_dialect'}");
        client.expectClose(4400);
    }
}
