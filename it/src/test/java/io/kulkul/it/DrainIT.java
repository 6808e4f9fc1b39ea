package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** An operator empties an instance before it is stopped. It cannot be taken back, so the tests are the steps of one drain. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DrainIT {
    private static final String DRAIN = "/api/instance/drain";
    private static final String JSON = "application/json";

    private static SecondServer server;
    private static KulkulApi operator;
    private static final List<KulkulClient> CLIENTS = new ArrayList<>();

    /** The one that is told to leave last: not before nine minutes have passed. */
    private static KulkulClient client;

    @BeforeAll
    static void start() throws Exception {
        server = new SecondServer("kulkulDrained").start();
        server.expectOnConsole("CWWKF0011I");
        operator = new KulkulApi(Tokens.forAdministrator().token(), server::http);
        for (int i = 0; i < 20; i++) {
            KulkulClient connected = KulkulClient.to(server.webSocket("/ws"))
                    .withToken(Tokens.forUser("user-" + i).token())
                    .connect();
            CLIENTS.add(connected);
            connected.expect("connected");
            connected.subscribe("orders:1");
        }
    }

    @AfterAll
    static void stop() {
        CLIENTS.forEach(KulkulClient::close);
        server.close();
    }

    private static JsonObject body(HttpResponse<String> response) {
        return KulkulClient.parse(response.body()).asJsonObject();
    }

    @Test
    @Order(1)
    void anOperatorOfOneTenantMayNot() throws Exception {
        KulkulApi ofOne = new KulkulApi(
                Tokens.forUser("olga").withScope("admin").inTenant("acme").token(), server::http);

        assertThat(ofOne.post(DRAIN, JSON, "").statusCode()).isEqualTo(403);

        assertThat(operator.json("/api/instance").asJsonObject().getBoolean("draining"))
                .isFalse();
    }

    @Test
    @Order(2)
    void whatIsNoDurationIsRefused() throws Exception {
        for (String wrong : new String[] {"soon", "-PT1S", "PT11M", ""}) {
            HttpResponse<String> response = operator.post(DRAIN + "?duration=" + wrong, JSON, "");

            assertThat(response.statusCode()).as(wrong).isEqualTo(400);
            assertThat(body(response).getString("code")).isEqualTo("bad_request");
        }
        assertThat(operator.post(DRAIN + "?wait=maybe", JSON, "").statusCode()).isEqualTo(400);
        assertThat(operator.get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    @Order(3)
    void everyClientIsToldWhenToLeave() throws Exception {
        HttpResponse<String> response = operator.post(DRAIN + "?duration=PT10M", JSON, "");

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(body(response).getBoolean("draining")).isTrue();
        assertThat(body(response).getInt("connections")).isEqualTo(20);
        assertThat(body(response).getJsonNumber("drainDeadline").longValue()).isPositive();
        int latest = 0;
        for (KulkulClient each : CLIENTS) {
            JsonObject told = each.expect("reconnect");
            assertThat(told.getString("reason")).isEqualTo("draining");
            int after = told.getInt("after");
            client = after >= latest ? each : client;
            latest = Math.max(after, latest);
        }
        assertThat(latest).isBetween(540_000, 600_000);
    }

    @Test
    @Order(4)
    void itIsNotReadyAndRefusesHandshakes() throws Exception {
        assertThat(operator.get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(operator.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(KulkulClient.to(server.webSocket("/ws"))
                        .withToken(Tokens.forUser("late").token())
                        .refusal())
                .isEqualTo(503);
        assertThat(operator.get("/ws").headers().firstValue("Retry-After")).hasValue("1");
    }

    @Test
    @Order(5)
    void askedAgainItChangesNothing() throws Exception {
        JsonObject instance = operator.json("/api/instance").asJsonObject();

        JsonObject again = body(operator.post(DRAIN + "?duration=PT0S", JSON, ""));

        assertThat(instance.getBoolean("draining")).isTrue();
        assertThat(again.getJsonNumber("drainDeadline")).isEqualTo(instance.getJsonNumber("drainDeadline"));
        assertThat(client.unexpected()).isEmpty();
    }

    @Test
    @Order(6)
    void untilThenAClientReceivesEvents() throws Exception {
        operator.post("/api/events", JSON, "{'channel':'orders:1','event':'shipped','payload':1}");

        client.expectMessage("orders:1");
    }

    @Test
    @Order(7)
    void itIsOverWhenAllHaveLeft() throws Exception {
        CLIENTS.forEach(KulkulClient::close);

        assertThat(body(operator.post(DRAIN + "?wait=true", JSON, "")).getInt("connections"))
                .isZero();
    }
}
