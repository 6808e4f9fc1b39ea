package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import jakarta.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who may ask the REST API for what. There is always a connection of the user {@code vera} in the tenant, subscribed to {@code c:1}, that
 * the requests are about; what is refused leaves it alone.
 */
@ExtendWith(ArquillianExtension.class)
class RestAccessTableIT {
    /**
     * A row's name is what is asked for, a column's is who asks. {@code lines} is an answer of 200 to a stream whose only line is refused
     * with {@code forbidden}.
     *
     * <p>Of the tenant are: {@code user}, whose token has no permission; {@code reader} with {@code subscribe:*}; {@code writer} with
     * {@code publish:*}; and {@code operator}. {@code foreign} is the operator of another tenant, {@code global} one without a tenant, and
     * {@code tenantless} a reader and writer without one.
     */
    private static final String TABLE = """
            request               | nobody | nonsense | user | reader | writer | operator | foreign | global | tenantless
            publish one           | 401    | 401      | 403  | 403    | 200    | 200      | 403     | 200    | 403
            publish an array      | 401    | 401      | 403  | 403    | 200    | 200      | 403     | 200    | 403
            publish lines         | 401    | 401      | lines | lines | 200    | 200      | 403     | 200    | 403
            publish to the user   | 401    | 401      | 403  | 403    | 200    | 200      | 403     | 200    | 403
            publish to the tenant | 401    | 401      | 403  | 403    | 200    | 200      | 403     | 200    | 403
            channels              | 401    | 401      | 403  | 403    | 403    | 200      | 403     | 200    | 403
            channel               | 401    | 401      | 403  | 200    | 403    | 200      | 403     | 200    | 403
            open channel          | 401    | 401      | 404  | 404    | 404    | 404      | 403     | 404    | 403
            connections           | 401    | 401      | 403  | 403    | 403    | 200      | 403     | 200    | 403
            connection            | 401    | 401      | 403  | 403    | 403    | 200      | 403     | 200    | 403
            no connection         | 401    | 401      | 403  | 403    | 403    | 404      | 403     | 404    | 403
            instance              | 401    | 401      | 403  | 403    | 403    | 200      | 200     | 200    | 403
            instances             | 401    | 401      | 403  | 403    | 403    | 200      | 200     | 200    | 403
            drain over nonsense   | 401    | 401      | 403  | 403    | 403    | 403      | 403     | 400    | 403
            disconnect the user   | 401    | 401      | 403  | 403    | 403    | 200      | 403     | 200    | 403
            disconnect            | 401    | 401      | 403  | 403    | 403    | 200      | 403     | 200    | 403
            unsubscribe           | 401    | 401      | 403  | 403    | 403    | 200      | 403     | 200    | 403
            revoke the token      | 401    | 401      | 403  | 403    | 403    | 200      | 403     | 200    | 403
            revoke the user       | 401    | 401      | 403  | 403    | 403    | 200      | 403     | 200    | 403
            revoke all            | 401    | 401      | 403  | 403    | 403    | 200      | 403     | 200    | 403
            """;

    private static final String USER = "vera";
    private static final String CHANNEL = "c:1";
    private static final String JSON = "application/json";
    private static final String EVENT = "{'channel':'c:1','event':'note','payload':1}";

    private final String tenant = "tenant-" + UUID.randomUUID();
    private final String tokenId = UUID.randomUUID().toString();
    private KulkulClient client;
    private String connection;

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }

    @BeforeEach
    void connect() {
        client = KulkulClient.to("/ws/" + tenant)
                .withToken(Tokens.forUser(USER).inTenant(tenant).withId(tokenId).token())
                .connect();
        connection = client.expect("connected").getString("connection");
        client.subscribe(CHANNEL);
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    static Stream<Arguments> cells() {
        List<String[]> rows =
                TABLE.lines().map(row -> row.strip().split("\\s*\\|\\s*", -1)).toList();
        String[] callers = rows.get(0);
        return rows.stream()
                .skip(1)
                .flatMap(row -> IntStream.range(1, row.length).mapToObj(i -> arguments(callers[i], row[0], row[i])));
    }

    @ParameterizedTest(name = "{0} asks: {1}, and is answered {2}")
    @MethodSource("cells")
    void whoMayAskForWhat(String caller, String request, String answer) throws Exception {
        HttpResponse<String> response = ask(new KulkulApi(token(caller)), request);

        if (answer.equals("lines")) {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            JsonObject report = KulkulClient.parse(response.body()).asJsonObject();
            assertThat(report.getInt("published")).isZero();
            assertThat(report.getJsonArray("errors").getJsonObject(0).getString("code"))
                    .isEqualTo("forbidden");
        } else {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(Integer.parseInt(answer));
        }
        if (answer.equals("200")) {
            expectEffect(request);
        } else {
            assertThat(code(response)).isEqualTo(code(caller, answer));
        }
        expectNothingElse(request, answer.equals("200"));
    }

    private String token(String caller) {
        Tokens token = Tokens.forUser(caller).inTenant(tenant);
        return switch (caller) {
            case "nobody" -> "";
            case "nonsense" -> "nonsense";
            case "user" -> token.withScope("openid").token();
            case "reader" -> token.withScope("subscribe:*").token();
            case "writer" -> token.withScope("publish:*").token();
            case "operator" -> token.withScope("admin").token();
            case "foreign" -> token.withScope("admin").inTenant("another").token();
            case "global" -> token.withScope("admin").inTenant(null).token();
            case "tenantless" ->
                token.withScope("subscribe:* publish:*").inTenant(null).token();
            default -> throw new IllegalArgumentException(caller);
        };
    }

    private HttpResponse<String> ask(KulkulApi api, String request) throws Exception {
        String here = "?tenant=" + tenant;
        return switch (request) {
            case "publish one" -> api.post("/api/events" + here, JSON, EVENT);
            case "publish an array" -> api.post("/api/events" + here, JSON, "[" + EVENT + "]");
            case "publish lines" -> api.post("/api/events" + here, "application/x-ndjson", EVENT + "\n");
            case "publish to the user" -> api.post("/api/users/" + USER + "/events" + here, JSON, EVENT);
            case "publish to the tenant" -> api.post("/api/tenants/" + tenant + "/events", JSON, EVENT);
            case "channels" -> api.get("/api/channels" + here);
            case "channel" -> api.get("/api/channels/" + CHANNEL + here);
            case "open channel" -> api.get("/api/channels/open:unused" + here);
            case "connections" -> api.get("/api/connections" + here);
            case "connection" -> api.get("/api/connections/" + connection + here);
            case "no connection" -> api.get("/api/connections/none" + here);
            case "instance" -> api.get("/api/instance");
            case "instances" -> api.get("/api/instances");
            // With a time that is none, because what is drained takes no connections any more: DrainIT has the rest.
            case "drain over nonsense" -> api.post("/api/instance/drain?duration=soon", JSON, "");
            case "disconnect the user" -> api.post("/api/users/" + USER + "/disconnect" + here, JSON, "");
            case "disconnect" -> api.post("/api/connections/" + connection + "/disconnect" + here, JSON, "");
            case "unsubscribe" ->
                api.post("/api/connections/" + connection + "/unsubscribe" + here, JSON, "{'channel':'c:1'}");
            case "revoke the token" -> api.post("/api/tokens/revoke" + here, JSON, "{'jti':'" + tokenId + "'}");
            case "revoke the user" -> api.post("/api/tokens/revoke" + here, JSON, "{'user':'" + USER + "'}");
            case "revoke all" ->
                api.post("/api/tokens/revoke" + here, JSON, "{'issuedBefore':" + System.currentTimeMillis() + "}");
            default -> throw new IllegalArgumentException(request);
        };
    }

    private void expectEffect(String request) {
        switch (request) {
            case "publish one", "publish an array", "publish lines" -> client.expectMessage(CHANNEL);
            case "publish to the user" -> client.expectMessage("user:" + USER);
            case "publish to the tenant" -> client.expectMessage("broadcast");
            case "disconnect the user", "disconnect" -> client.expectClose(4410);
            case "unsubscribe" ->
                assertThat(client.expect("unsubscribed").getString("reason")).isEqualTo("revoked");
            case "revoke the token", "revoke the user", "revoke all" -> {
                assertThat(client.expect("unsubscribed").getString("reason")).isEqualTo("revoked");
                client.expectError("token_invalid");
                client.expectClose(4401);
            }
            default -> assertThat(request).matches("channels?|connections?|instances?");
        }
    }

    /** What was refused has done nothing, and what was done has done nothing more. */
    private void expectNothingElse(String request, boolean done) {
        if (!done || !request.matches("disconnect.*|revoke.*")) {
            assertThat(client.ask("{'type':'ping'}").getString("type")).isEqualTo("pong");
        }
        assertThat(client.unexpected()).isEmpty();
    }

    private static String code(HttpResponse<String> response) {
        JsonObject answer = KulkulClient.parse(response.body()).asJsonObject();
        return answer.containsKey("errors")
                ? answer.getJsonArray("errors").getJsonObject(0).getString("code")
                : answer.getString("code");
    }

    private static String code(String caller, String answer) {
        return switch (answer) {
            case "401" -> caller.equals("nobody") ? "unauthenticated" : "token_invalid";
            case "400" -> "bad_request";
            case "404" -> "not_found";
            default -> "forbidden";
        };
    }

    @Test
    void anOperatorOfAnotherTenantFindsNothingOfThisOne() throws Exception {
        for (KulkulApi api : List.of(new KulkulApi(token("foreign")), new KulkulApi(token("global")))) {
            assertThat(api.get("/api/connections").body()).doesNotContain(connection);
            assertThat(api.get("/api/connections/" + connection).statusCode()).isEqualTo(404);
            assertThat(api.post("/api/connections/" + connection + "/disconnect", JSON, "")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(api.post("/api/connections/" + connection + "/unsubscribe", JSON, "{'channel':'c:1'}")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(api.post("/api/users/" + USER + "/disconnect", JSON, "").body())
                    .isEqualTo("{\"disconnected\":0}");
            assertThat(api.post("/api/tokens/revoke", JSON, "{'jti':'" + tokenId + "'}")
                            .body())
                    .isEqualTo("{\"connections\":0}");
            assertThat(api.post("/api/users/" + USER + "/events", JSON, EVENT).statusCode())
                    .isEqualTo(200);
            assertThat(api.post("/api/events", JSON, EVENT).statusCode()).isEqualTo(200);
        }

        expectNothingElse("", false);
    }

    @Test
    void aUserPublishesToItsOwnChannelWithoutAPermission() throws Exception {
        KulkulApi api = new KulkulApi(
                Tokens.forUser(USER).inTenant(tenant).withScope("openid").token());

        assertThat(api.post("/api/users/" + USER + "/events", JSON, EVENT).statusCode())
                .isEqualTo(200);
        assertThat(api.post("/api/users/other/events", JSON, EVENT).statusCode())
                .isEqualTo(403);

        client.expectMessage("user:" + USER);
    }

    @Test
    void noTenantHasTheNameOfAllTenants() throws Exception {
        KulkulApi api = new KulkulApi(token("global"));

        assertThat(api.post("/api/tenants/*/events", JSON, EVENT).statusCode()).isEqualTo(400);
        assertThat(api.post("/api/events?tenant=*", JSON, EVENT).statusCode()).isEqualTo(400);
        assertThat(api.get("/api/connections/" + connection + "?tenant=*").statusCode())
                .isEqualTo(400);
        assertThat(api.post("/api/connections/" + connection + "/disconnect?tenant=*", JSON, "")
                        .statusCode())
                .isEqualTo(400);
        assertThat(api.get("/api/channels/" + CHANNEL + "?tenant=*").statusCode())
                .isEqualTo(400);
    }
}
