package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator can do about the connections of a tenant, and what the audit log says of it. Each test has tenants of its own. */
@ExtendWith(ArquillianExtension.class)
class OperatorsIT {
    private static final String JSON = "application/json";
    private static final String EVENT = "{'event':'note','payload':'hello'}";

    private final String tenant = "tenant-" + UUID.randomUUID();
    private final String another = "tenant-" + UUID.randomUUID();
    private final KulkulApi operator = new KulkulApi(
            Tokens.forUser("oda").withScope("admin").inTenant(tenant).token());
    private final List<KulkulClient> clients = new ArrayList<>();
    private ServerLog log;

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }

    @BeforeEach
    void lookAtTheLog() throws IOException {
        log = ServerLog.fromNow();
    }

    @AfterEach
    void disconnect() {
        clients.forEach(KulkulClient::close);
    }

    /** A client and what it was greeted with. */
    private record Connected(KulkulClient client, String id) {
        void isStillThere() {
            assertThat(client.ask("{'type':'ping'}").getString("type")).isEqualTo("pong");
        }

        /** What was on its way to it has come when the pong is there. */
        void hasHeardNothingMore() {
            isStillThere();
            assertThat(client.unexpected()).isEmpty();
        }

        void isRevoked() {
            client.expectError("token_invalid");
            client.expectClose(4401);
        }
    }

    private Connected connect(Tokens token) {
        KulkulClient client = KulkulClient.to("/ws").withToken(token.token()).connect();
        clients.add(client);
        return new Connected(client, client.expect("connected").getString("connection"));
    }

    private Connected connect(String user) {
        return connect(user, tenant);
    }

    private Connected connect(String user, String of) {
        return connect(Tokens.forUser(user).inTenant(of));
    }

    private static JsonObject answerOf(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return KulkulClient.parse(response.body()).asJsonObject();
    }

    private JsonObject command(String path, String body) throws Exception {
        return answerOf(operator.post(path, JSON, body));
    }

    private static void assertProblem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(KulkulClient.parse(response.body()).asJsonObject().getString("code"))
                .isEqualTo(code);
    }

    /** The only audit line since the test began. */
    private JsonObject audited(String what) throws IOException {
        List<String> lines = log.linesWith("KULKUL0701I");
        assertThat(lines).hasSize(1);
        String line = lines.get(0);
        JsonObject audit = KulkulClient.parse(line.substring(line.indexOf('{'))).asJsonObject();
        assertThat(audit.getString("what")).isEqualTo(what);
        assertThat(audit.getString("who")).isEqualTo("oda");
        assertThat(audit.getString("tenant")).isEqualTo(tenant);
        assertThat(Instant.parse(audit.getString("when")))
                .isBetween(Instant.now().minus(Duration.ofMinutes(1)), Instant.now());
        return audit;
    }

    // Disconnecting

    @Test
    void disconnectingAUserClosesEachOfItsConnectionsAndNoOther() throws Exception {
        Connected first = connect("vera");
        Connected second = connect("vera");
        Connected neighbour = connect("nora");
        Connected namesake = connect("vera", another);

        JsonObject answer = command("/api/users/vera/disconnect", "");

        assertThat(answer.getInt("disconnected")).isEqualTo(2);
        first.client.expectClose(4410);
        second.client.expectClose(4410);
        neighbour.hasHeardNothingMore();
        namesake.hasHeardNothingMore();
        JsonObject audit = audited("disconnect user");
        assertThat(audit.getString("user")).isEqualTo("vera");
        assertThat(audit.getInt("connections")).isEqualTo(2);
        connect("vera").isStillThere();
    }

    @Test
    void aUserWhoIsNotThereHasNoConnections() throws Exception {
        assertThat(command("/api/users/nobody/disconnect", "").getInt("disconnected"))
                .isZero();
        assertThat(audited("disconnect user").getInt("connections")).isZero();
    }

    /** A slash is written as it is: servers take no path with {@code %2F} in it. */
    @ParameterizedTest
    @CsvSource({
        "vera v@b.example, vera%20v%40b.example",
        "auth0|vera, auth0%7Cvera",
        "team/vera, team/vera",
        "https://id.example/vera, https://id.example/vera",
        "vera;v=1, vera%3Bv%3D1",
        "100%, 100%25",
        "v\u00e9ra, v%C3%A9ra"
    })
    void aUsersNameMayHaveAnyCharacters(String user, String path) throws Exception {
        Connected vera = connect(user);
        Connected nora = connect("nora");

        assertThat(command("/api/users/" + path + "/disconnect", "").getInt("disconnected"))
                .isEqualTo(1);

        vera.client.expectClose(4410);
        nora.hasHeardNothingMore();
        assertThat(audited("disconnect user").getString("user")).isEqualTo(user);
    }

    @Test
    void disconnectingAConnectionClosesThatOne() throws Exception {
        Connected one = connect("vera");
        Connected other = connect("vera");

        assertThat(command("/api/connections/" + one.id + "/disconnect", "").getInt("disconnected"))
                .isEqualTo(1);

        one.client.expectClose(4410);
        other.hasHeardNothingMore();
        assertThat(audited("disconnect connection").getString("connection")).isEqualTo(one.id);
    }

    @Test
    void aConnectionThatThereIsNotIsNotFound() throws Exception {
        for (String path : List.of("/api/connections/none/disconnect", "/api/connections/none/unsubscribe")) {
            assertProblem(operator.post(path, JSON, "{'channel':'a'}"), 404, "not_found");
        }
        assertProblem(operator.get("/api/connections/none"), 404, "not_found");
    }

    // Ending a subscription

    @Test
    void aSubscriptionThatAnOperatorEndsIsRevoked() throws Exception {
        Connected vera = connect("vera");
        vera.client.subscribe("orders:1");
        vera.client.subscribe("orders:2");

        JsonObject answer = command("/api/connections/" + vera.id + "/unsubscribe", "{'channel':'orders:1'}");

        assertThat(answer.getString("unsubscribed")).isEqualTo("orders:1");
        JsonObject told = vera.client.expect("unsubscribed");
        assertThat(told.getString("channel")).isEqualTo("orders:1");
        assertThat(told.getString("reason")).isEqualTo("revoked");
        assertThat(told).doesNotContainKey("id");
        vera.client.publish("orders:1", "1");
        vera.client.publish("orders:2", "2");
        assertThat(vera.client.expectMessage().getString("channel")).isEqualTo("orders:2");
        vera.hasHeardNothingMore();
        JsonObject audit = audited("unsubscribe");
        assertThat(audit.getString("connection")).isEqualTo(vera.id);
        assertThat(audit.getString("channel")).isEqualTo("orders:1");
    }

    @Test
    void aPatternsSubscriptionCanBeEndedToo() throws Exception {
        Connected vera = connect("vera");
        vera.client.subscribe("orders:*");

        command("/api/connections/" + vera.id + "/unsubscribe", "{'channel':'orders:*'}");

        assertThat(vera.client.expect("unsubscribed").getString("channel")).isEqualTo("orders:*");
        vera.client.publish("orders:1", "1");
        vera.hasHeardNothingMore();
    }

    @Test
    void whatIsNotSubscribedCannotBeEnded() throws Exception {
        Connected vera = connect("vera");
        String path = "/api/connections/" + vera.id + "/unsubscribe";

        assertProblem(operator.post(path, JSON, "{'channel':'orders:1'}"), 409, "not_subscribed");
        assertThat(audited("unsubscribe").getInt("subscriptions")).isZero();
        assertProblem(operator.post(path, JSON, "{}"), 400, "bad_request");
        assertProblem(operator.post(path, JSON, "{'channel':1}"), 400, "bad_request");
        assertProblem(operator.post(path, JSON, "{"), 400, "bad_json");
        assertProblem(operator.post(path, JSON, ""), 400, "bad_request");
        vera.hasHeardNothingMore();
    }

    // Revoking

    @Test
    void aRevokedTokenEndsWhatItGaveAndIsRefusedFromThenOn() throws Exception {
        String id = UUID.randomUUID().toString();
        Tokens token = Tokens.forUser("vera").inTenant(tenant).withId(id);
        Connected revoked = connect(token);
        Connected sameToken = connect(token);
        Connected otherToken = connect("vera");
        revoked.client.subscribe("orders:1");

        JsonObject answer = command("/api/tokens/revoke", "{'jti':'" + id + "'}");

        assertThat(answer.getInt("connections")).isEqualTo(2);
        JsonObject told = revoked.client.expect("unsubscribed");
        assertThat(told.getString("channel")).isEqualTo("orders:1");
        assertThat(told.getString("reason")).isEqualTo("revoked");
        revoked.isRevoked();
        sameToken.isRevoked();
        otherToken.hasHeardNothingMore();
        JsonObject audit = audited("revoke token");
        assertThat(audit.getString("jti")).isEqualTo(id);
        assertThat(audit.getInt("connections")).isEqualTo(2);
        assertRefusedEverywhere(token);
    }

    @Test
    void aConnectionWithANewTokenOutlivesTheRevocationOfTheOldOne() throws Exception {
        String oldId = UUID.randomUUID().toString();
        String newId = UUID.randomUUID().toString();
        Connected vera = connect(Tokens.forUser("vera").inTenant(tenant).withId(oldId));
        vera.client.subscribe("orders:1");
        String renewed = Tokens.forUser("vera").inTenant(tenant).withId(newId).token();
        assertThat(vera.client
                        .ask("{'type':'authenticate','token':'" + renewed + "'}")
                        .getString("type"))
                .isEqualTo("authenticated");

        assertThat(command("/api/tokens/revoke", "{'jti':'" + oldId + "'}").getInt("connections"))
                .isZero();
        vera.hasHeardNothingMore();
        assertThat(command("/api/tokens/revoke", "{'jti':'" + newId + "'}").getInt("connections"))
                .isEqualTo(1);

        assertThat(vera.client.expect("unsubscribed").getString("reason")).isEqualTo("revoked");
        vera.isRevoked();
    }

    private void assertRefusedEverywhere(Tokens token) throws Exception {
        String text = token.token();
        assertProblem(
                new KulkulApi(text).post("/api/events", JSON, "{'channel':'a','event':'e','payload':1}"),
                401,
                "token_invalid");
        KulkulClient byHeader = KulkulClient.to("/ws").withToken(text).connect();
        clients.add(byHeader);
        byHeader.expectError("token_invalid");
        byHeader.expectClose(4401);
        KulkulClient byMessage = KulkulClient.to("/ws").connect();
        clients.add(byMessage);
        byMessage.expect("connected");
        assertThat(byMessage
                        .ask("{'type':'authenticate','token':'" + text + "'}")
                        .getString("code"))
                .isEqualTo("token_invalid");
        assertThat(log.linesWith("KULKUL0303W")).hasSize(3).noneMatch(line -> line.contains(text));
    }

    @Test
    void aRevokedUserNeedsATokenThatWasIssuedAfterwards() throws Exception {
        Tokens old = Tokens.forUser("vera").inTenant(tenant).issuedIn(Duration.ofMinutes(-1));
        Connected vera = connect(old);
        Connected namesake = connect("vera", another);
        Connected neighbour = connect("nora");

        assertThat(command("/api/tokens/revoke", "{'user':'vera'}").getInt("connections"))
                .isEqualTo(1);

        vera.isRevoked();
        namesake.hasHeardNothingMore();
        neighbour.hasHeardNothingMore();
        assertThat(audited("revoke user").getString("user")).isEqualTo("vera");
        assertRefusedEverywhere(old);
        // A token says when it was issued in whole seconds.
        connect(Tokens.forUser("vera").inTenant(tenant).issuedIn(Duration.ofSeconds(2)))
                .isStillThere();
    }

    @Test
    void tokensThatWereIssuedBeforeATimeAreRevoked() throws Exception {
        long noon = Instant.now().minus(Duration.ofMinutes(10)).toEpochMilli();
        Tokens old = Tokens.forUser("vera").inTenant(tenant).issuedIn(Duration.ofMinutes(-11));
        Connected early = connect(old);
        Connected late = connect(Tokens.forUser("vera").inTenant(tenant).issuedIn(Duration.ofMinutes(-9)));
        Connected elsewhere = connect(Tokens.forUser("vera").inTenant(another).issuedIn(Duration.ofMinutes(-11)));

        assertThat(command("/api/tokens/revoke", "{'issuedBefore':" + noon + "}")
                        .getInt("connections"))
                .isEqualTo(1);

        early.isRevoked();
        late.hasHeardNothingMore();
        elsewhere.hasHeardNothingMore();
        assertThat(audited("revoke all").getString("issuedBefore"))
                .isEqualTo(Instant.ofEpochMilli(noon).toString());
        assertRefusedEverywhere(old);
    }

    @Test
    void anOperatorWithoutATenantRevokesForAllOfThem() throws Exception {
        long longAgo = Instant.now().minus(Duration.ofHours(5)).toEpochMilli();
        Tokens old = Tokens.forUser("vera").inTenant(another).issuedIn(Duration.ofHours(-6));
        Connected early = connect(old);
        Connected timeless = connect(Tokens.forUser("nora").inTenant(another).claim("iat", null));
        Connected late = connect("vera", another);
        KulkulApi global =
                new KulkulApi(Tokens.forUser("otto").withScope("admin").token());

        answerOf(global.post("/api/tokens/revoke?tenant=*", JSON, "{'issuedBefore':" + longAgo + "}"));

        early.isRevoked();
        // Nobody knows that it is not older.
        timeless.isRevoked();
        late.hasHeardNothingMore();
        assertRefusedEverywhere(old);
        assertProblem(global.post("/api/tokens/revoke?tenant=*", JSON, "{'user':'vera'}"), 400, "bad_request");
        assertProblem(global.post("/api/tokens/revoke?tenant=*", JSON, "{'jti':'1'}"), 400, "bad_request");
    }

    @Test
    void aRevocationSaysWhatItMeans() throws Exception {
        long now = Instant.now().toEpochMilli();
        for (String body : List.of(
                "{}",
                "{'jti':''}",
                "{'jti':1}",
                "{'jti':'a','user':'vera'}",
                "{'user':'vera','expires':" + now + "}",
                "{'issuedBefore':" + now / 1000 + "}",
                "{'issuedBefore':" + (now + 3_600_000) + "}",
                "{'jti':'a','expires':" + now / 1000 + "}")) {
            assertProblem(operator.post("/api/tokens/revoke", JSON, body), 400, "bad_request");
        }
        assertProblem(operator.post("/api/tokens/revoke", JSON, "[]"), 400, "bad_json");
        assertThat(log.linesWith("KULKUL0701I")).isEmpty();
    }

    // Sending to a user, and to a tenant

    @Test
    void anEventForAUserReachesAllOfItsConnectionsWithoutASubscription() throws Exception {
        Connected first = connect("vera");
        Connected second = connect("vera");
        Connected neighbour = connect("nora");
        Connected namesake = connect("vera", another);

        JsonObject answer = command("/api/users/vera/events", EVENT);

        for (Connected each : List.of(first, second)) {
            JsonObject message = each.client.expectMessage("user:vera");
            assertThat(message.getString("id")).isEqualTo(answer.getString("id"));
            assertThat(message.getString("event")).isEqualTo("note");
            assertThat(message.getString("payload")).isEqualTo("hello");
            assertThat(message.getString("publisher")).isEqualTo("oda");
            each.hasHeardNothingMore();
        }
        neighbour.hasHeardNothingMore();
        namesake.hasHeardNothingMore();
        JsonObject audit = audited("publish");
        assertThat(audit.getString("channel")).isEqualTo("user:vera");
        assertThat(audit.getString("id")).isEqualTo(answer.getString("id"));
    }

    @Test
    void anEventForAUserReachesEachConnectionOnce() throws Exception {
        Connected late = connect("vera");
        Connected subscriber = connect("vera");
        subscriber.client.subscribe("user:me");
        command("/api/users/vera/events", EVENT);
        late.client.expectMessage("user:vera");
        subscriber.client.expectMessage("user:vera");
        late.client.subscribe("user:me");
        Connected later = connect("vera");

        command("/api/users/vera/events", EVENT);

        for (Connected each : List.of(late, subscriber, later)) {
            each.client.expectMessage("user:vera");
            each.hasHeardNothingMore();
        }
    }

    @Test
    void anEventForATenantReachesAllOfItsConnectionsAndNoneOfAnother() throws Exception {
        List<Connected> here = List.of(connect("vera"), connect("vera"), connect("nora"));
        List<Connected> there = List.of(connect("vera", another), connect(Tokens.forUser("vera")));
        KulkulClient stranger = KulkulClient.to("/ws/" + tenant).connect();
        clients.add(stranger);
        stranger.expect("connected");

        JsonObject answer = command("/api/tenants/" + tenant + "/events", EVENT);

        for (Connected each : here) {
            JsonObject message = each.client.expectMessage("broadcast");
            assertThat(message.getString("id")).isEqualTo(answer.getString("id"));
            each.hasHeardNothingMore();
        }
        there.forEach(Connected::hasHeardNothingMore);
        assertThat(stranger.ask("{'type':'ping'}").getString("type")).isEqualTo("pong");
        assertThat(stranger.unexpected()).isEmpty();
        assertThat(audited("publish").getString("channel")).isEqualTo("broadcast");
    }

    @Test
    void whatIsNoEventReachesNobody() throws Exception {
        Connected vera = connect("vera");

        for (String path : List.of("/api/users/vera/events", "/api/tenants/" + tenant + "/events")) {
            assertProblem(operator.post(path, JSON, "{'payload':1}"), 400, "bad_request");
            assertProblem(operator.post(path, JSON, "{'event':'note'}"), 400, "bad_request");
            assertProblem(operator.post(path, JSON, "{'event':"), 400, "bad_json");
            assertProblem(operator.post(path, JSON, ""), 400, "bad_request");
            assertProblem(
                    operator.post(path, JSON, "{'event':'note','payload':'" + "x".repeat(600_000) + "'}"),
                    413,
                    "limit_message_size");
        }

        vera.hasHeardNothingMore();
        assertThat(log.linesWith("KULKUL0701I")).isEmpty();
    }

    // Looking

    @Test
    void connectionsAreListedByUserAndByChannel() throws Exception {
        Connected vera = connect("vera");
        Connected veraToo = connect("vera");
        Connected nora = connect("nora");
        connect("vera", another).client.subscribe("orders:1");
        vera.client.subscribe("orders:1");
        nora.client.subscribe("orders:1");
        nora.client.subscribe("orders:*");

        assertThat(listed("")).containsExactlyInAnyOrder(vera.id, veraToo.id, nora.id);
        assertThat(listed("&user=vera")).containsExactlyInAnyOrder(vera.id, veraToo.id);
        assertThat(listed("&user=nobody")).isEmpty();
        assertThat(listed("&channel=orders:1")).containsExactlyInAnyOrder(vera.id, nora.id);
        assertThat(listed("&channel=orders:*")).containsExactly(nora.id);
        assertThat(listed("&user=vera&channel=orders:1")).containsExactly(vera.id);
    }

    /** Page by page, so that the references to the next page have to keep what was asked for. */
    private List<String> listed(String filter) throws Exception {
        List<String> ids = new ArrayList<>();
        String next = "?limit=1" + filter;
        while (next != null) {
            JsonObject page = operator.json("/api/connections" + next).asJsonObject();
            page.getJsonArray("connections")
                    .getValuesAs(JsonObject.class)
                    .forEach(each -> ids.add(each.getString("connection")));
            next = page.get("next") instanceof JsonString reference ? reference.getString() : null;
        }
        return ids;
    }

    @Test
    void aConnectionTellsWhatItIsSubscribedTo() throws Exception {
        Connected vera = connect("vera");
        vera.client.subscribe("orders:*");
        vera.client.ask("{'type':'subscribe','channel':'orders:1','filter':{'a':1}}");
        command("/api/users/vera/events", EVENT);

        JsonObject told = operator.json("/api/connections/" + vera.id).asJsonObject();

        assertThat(told.getString("connection")).isEqualTo(vera.id);
        assertThat(told.getString("user")).isEqualTo("vera");
        assertThat(told.getString("tenant")).isEqualTo(tenant);
        assertThat(told).doesNotContainKey("session");
        assertThat(told.getJsonArray("channels").getValuesAs(JsonObject.class))
                .extracting(each -> each.getString("channel")
                        + (each.getBoolean("filtered") ? " filtered" : "")
                        + (each.getBoolean("implicit") ? " implicit" : ""))
                .containsExactly("orders:*", "orders:1 filtered", "user:vera implicit");
    }

    // The audit log

    @Test
    void nobodysNameBeginsALineInTheLog() throws Exception {
        String name = "vera\"}\n[audit] KULKUL0701I {\"who\":\"nobody\"}\u2028\r";

        command(
                "/api/tokens/revoke",
                Json.createObjectBuilder().add("user", name).build().toString());

        assertThat(audited("revoke user").getString("user")).isEqualTo(name);
    }

    @Test
    void whatIsRefusedIsNoCommandOfAnOperator() throws Exception {
        KulkulApi user = new KulkulApi(Tokens.forUser("eve").inTenant(tenant).token());

        assertProblem(user.post("/api/users/vera/disconnect", JSON, ""), 403, "forbidden");

        assertThat(log.linesWith("KULKUL0701I")).isEmpty();
    }
}
