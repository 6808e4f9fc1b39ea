package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each command, reply, error and close code of the native protocol, over a real socket. */
@ExtendWith(ArquillianExtension.class)
class ProtocolIT {
    private final List<KulkulClient> clients = new ArrayList<>();

    /** Of its own for each test, so that none sees another's events. */
    private final String channel = "orders:" + UUID.randomUUID();

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }

    @AfterEach
    void disconnect() {
        clients.forEach(KulkulClient::close);
    }

    private KulkulClient connect(KulkulClient.Handshake handshake) {
        KulkulClient client = handshake.connect();
        clients.add(client);
        return client;
    }

    /** A greeted client of a user that nobody else uses. */
    private KulkulClient connect() {
        KulkulClient client = KulkulClient.of("user-" + UUID.randomUUID());
        clients.add(client);
        return client;
    }

    private static String token(String user) {
        return Tokens.forUser(user).token();
    }

    // Connecting

    @Test
    void aConnectionIsGreeted() {
        KulkulClient client = connect(KulkulClient.to("/ws?channels=" + channel)
                .withToken(token("greta"))
                .offering("kulkul.v1"));

        JsonObject connected = client.expect("connected");

        assertThat(client.subprotocol()).isEqualTo("kulkul.v1");
        assertThat(connected.getString("connection")).isNotBlank();
        assertThat(connected.getString("session")).isNotBlank();
        assertThat(connected.getString("instance")).isNotBlank();
        assertThat(connected.getString("protocol")).isEqualTo("kulkul.v1");
        assertThat(connected.getInt("heartbeat")).isEqualTo(25_000);
        assertThat(connected.getString("user")).isEqualTo("greta");
        assertThat(connected.getJsonArray("channels").getString(0)).isEqualTo(channel);
        assertThat(connected.getJsonObject("limits").getInt("messageBytes")).isEqualTo(524_288);
        assertThat(client.expect("subscribed").getString("channel")).isEqualTo(channel);
    }

    @Test
    void aTokenMayComeInTheQuery() {
        KulkulClient client = connect(KulkulClient.to("/ws?token=" + token("quentin")));

        assertThat(client.expect("connected").getString("user")).isEqualTo("quentin");
    }

    @Test
    void aTokenMayComeInTheFirstMessage() {
        KulkulClient client = connect(KulkulClient.to("/ws"));
        assertThat(client.expect("connected")).doesNotContainKey("user");

        JsonObject reply = client.ask("{'type':'authenticate','token':'" + token("mia") + "'}");

        assertThat(reply.getString("type")).isEqualTo("authenticated");
        assertThat(reply.getString("user")).isEqualTo("mia");
        assertThat(reply.getJsonNumber("expires").longValue()).isGreaterThan(System.currentTimeMillis());
        client.subscribe(channel);
    }

    @Test
    void withoutATokenInTimeItIsClosed() {
        KulkulClient client = connect(KulkulClient.to("/ws"));

        client.expectError("unauthenticated");
        client.expectClose(4401);
    }

    @Test
    void withoutATokenNothingButPublicNamespacesIsReadable() {
        KulkulClient client = connect(KulkulClient.to("/ws"));

        assertError(client.ask("{'type':'subscribe','channel':'" + channel + "'}"), "unauthenticated");
        assertError(client.ask("{'type':'history','channel':'" + channel + "'}"), "unauthenticated");
        assertError(
                client.ask("{'type':'publish','channel':'open:board','event':'note','payload':1}"), "unauthenticated");
        client.subscribe("open:board");
        connect().publish("open:board", "'for all'");
        assertThat(client.expectMessage("open:board").getString("payload")).isEqualTo("for all");
    }

    @Test
    void aTokenThatIsNoneIsRefused() {
        KulkulClient client = connect(KulkulClient.to("/ws").withToken("nonsense"));

        client.expectError("token_invalid");
        client.expectClose(4401);
    }

    @Test
    void aStrangersTokenIsRefused() {
        KulkulClient client = connect(KulkulClient.to(
                "/ws?token=" + Tokens.forUser("eve").signedBy(new TestKey()).token()));

        client.expectError("token_invalid");
        client.expectClose(4401);
    }

    @Test
    void tokensForOthersAndOfOthersAndFromTheFutureAreRefused() {
        for (Tokens token : List.of(
                Tokens.forUser("eve").fromIssuer("another"),
                Tokens.forUser("eve").forAudience("another"),
                Tokens.forUser("eve").notBefore(Duration.ofHours(1)))) {
            KulkulClient client = connect(KulkulClient.to("/ws").withToken(token.token()));

            client.expectError("token_invalid");
            client.expectClose(4401);
        }
    }

    @Test
    void anExpiredTokenIsRefused() {
        KulkulClient client = connect(KulkulClient.to("/ws")
                .withToken(
                        Tokens.forUser("eve").expiringIn(Duration.ofHours(-1)).token()));

        client.expectError("token_expired");
        client.expectClose(4401);
    }

    @Test
    void aBadTokenInAMessageIsAnErrorAndLeavesTheConnectionOpen() {
        KulkulClient client = connect(KulkulClient.to("/ws"));

        assertError(client.ask("{'type':'authenticate','token':'nonsense'}"), "token_invalid");

        assertThat(client.ask("{'type':'ping'}").getString("type")).isEqualTo("pong");
    }

    @Test
    void anUnknownDialectIsRefused() {
        KulkulClient client = connect(KulkulClient.to("/ws?dialect=klingon").withToken(token("worf")));

        client.expectError("unknown_dialect");
        client.expectClose(4400);
    }

    @Test
    void aForeignOriginIsForbidden() {
        assertThat(KulkulClient.to("/ws")
                        .withHeader("Origin", "https://evil.example")
                        .refusal())
                .isEqualTo(403);
    }

    @Test
    void theSixthConnectionOfAUserIsRefused() {
        String token = token("user-" + UUID.randomUUID());
        for (int i = 0; i < 5; i++) {
            connect(KulkulClient.to("/ws").withToken(token)).expect("connected");
        }

        connect(KulkulClient.to("/ws").withToken(token)).expectClose(4409);
    }

    // Subscribing

    @Test
    void aSubscriberHasWhatIsPublished() {
        KulkulClient subscriber = connect();
        KulkulClient publisher = KulkulClient.of("petra");
        clients.add(publisher);
        JsonObject subscribed = subscriber.subscribe(channel);
        assertThat(subscribed.getInt("seq")).isZero();
        assertThat(subscribed.getBoolean("recovered")).isFalse();
        assertThat(subscribed.getInt("replayed")).isZero();

        JsonObject published = publisher.ask("{'type':'publish','channel':'" + channel
                + "','event':'created','payload':{'total':1.50},'correlation':'c-7'}");

        JsonObject message = subscriber.expectMessage(channel);
        assertThat(published.getInt("seq")).isEqualTo(1);
        assertThat(published.getString("epoch")).isEqualTo(subscribed.getString("epoch"));
        assertThat(published.getBoolean("duplicate")).isFalse();
        assertThat(message.getString("event")).isEqualTo("created");
        assertThat(message.get("payload")).hasToString("{\"total\":1.50}");
        assertThat(message.getInt("seq")).isEqualTo(1);
        assertThat(message.getString("publisher")).isEqualTo("petra");
        assertThat(message.getString("correlation")).isEqualTo("c-7");
        assertThat(UUID.fromString(message.getString("id")).version()).isEqualTo(7);
        assertThat(message.getJsonNumber("timestamp").longValue()).isPositive();
        assertThat(message).doesNotContainKeys("pattern", "epoch");
    }

    @Test
    void aPatternBringsEveryMatchingChannel() {
        KulkulClient client = connect();
        client.subscribe(channel + ":*");

        client.publish(channel + ":a", "1");
        client.publish(channel + ":b", "2");

        JsonObject first = client.expectMessage();
        assertThat(first.getString("channel")).isEqualTo(channel + ":a");
        assertThat(first.getString("pattern")).isEqualTo(channel + ":*");
        assertThat(first.getString("epoch")).isNotBlank();
        assertThat(client.expectMessage().getString("channel")).isEqualTo(channel + ":b");
    }

    @Test
    void aFilterKeepsOutWhatDoesNotMatch() {
        KulkulClient client = connect();
        client.ask("{'type':'subscribe','channel':'" + channel + "','filter':{'state':['open','new'],'/at/0':3}}");

        client.publish(channel, "{'state':'closed','at':[3]}");
        client.publish(channel, "{'state':'open','at':[4]}");
        client.publish(channel, "{'state':'new','at':[3]}");

        assertThat(client.expectMessage(channel).getInt("seq")).isEqualTo(3);
        assertThat(client.unexpected()).isEmpty();
    }

    @Test
    void sinceReplaysWhatWasMissed() {
        KulkulClient client = connect();
        String epoch = client.publish(channel, "1").getString("epoch");
        client.publish(channel, "2");
        client.publish(channel, "3");

        JsonObject subscribed = client.ask(
                "{'type':'subscribe','channel':'" + channel + "','since':{'seq':1,'epoch':'" + epoch + "'}}");

        assertThat(subscribed.getBoolean("recovered")).isTrue();
        assertThat(subscribed.getInt("replayed")).isEqualTo(2);
        assertThat(client.expectMessage(channel).getInt("payload")).isEqualTo(2);
        assertThat(client.expectMessage(channel).getInt("payload")).isEqualTo(3);
    }

    @Test
    void sinceInTheQueryReplaysToo() {
        KulkulClient before = connect();
        before.publish(channel, "1");
        before.publish(channel, "2");

        KulkulClient client = connect(KulkulClient.to("/ws?topics=" + channel + "&lastSeq=" + channel + ":1")
                .withToken(token("returning")));

        assertThat(client.expect("subscribed").getBoolean("recovered")).isTrue();
        assertThat(client.expectMessage(channel).getInt("payload")).isEqualTo(2);
    }

    @Test
    void whatHistoryHasForgottenIsAGap() {
        KulkulClient client = connect();
        String name = "short:" + channel;
        for (int i = 1; i <= 5; i++) {
            client.publish(name, Integer.toString(i));
        }

        JsonObject subscribed = client.ask("{'type':'subscribe','channel':'" + name + "','since':{'seq':1}}");

        assertThat(subscribed.getBoolean("recovered")).isFalse();
        JsonObject gap = client.expectGap(name);
        assertThat(gap.getInt("from")).isEqualTo(2);
        assertThat(gap.getInt("to")).isEqualTo(3);
        assertThat(gap.getString("reason")).isEqualTo("expired");
        assertThat(client.expectMessage(name).getInt("seq")).isEqualTo(4);
        assertThat(client.expectMessage(name).getInt("seq")).isEqualTo(5);
    }

    @Test
    void anotherEpochIsNotRecovered() {
        KulkulClient client = connect();
        client.publish(channel, "1");

        JsonObject subscribed =
                client.ask("{'type':'subscribe','channel':'" + channel + "','since':{'seq':1,'epoch':'bygone'}}");

        assertThat(subscribed.getBoolean("recovered")).isFalse();
    }

    @Test
    void aPatternIsResumedByPositionsAndTime() {
        KulkulClient client = connect();
        client.subscribe(channel + ":*");
        client.publish(channel + ":a", "1");
        JsonObject last = client.expectMessage();
        client.ask("{'type':'unsubscribe','channel':'" + channel + ":*'}");
        client.publish(channel + ":a", "2");
        client.publish(channel + ":b", "3");

        JsonObject subscribed = client.ask("{'type':'subscribe','channel':'" + channel + ":*','since':{'channels':{'"
                + channel + ":a':{'seq':1,'epoch':'" + last.getString("epoch") + "'}},'timestamp':"
                + last.get("timestamp") + "}}");

        assertThat(subscribed.getBoolean("recovered")).isTrue();
        assertThat(subscribed.getInt("replayed")).isEqualTo(2);
        assertThat(subscribed).doesNotContainKey("seq");
        assertThat(List.of(
                        client.expectMessage().getInt("payload"),
                        client.expectMessage().getInt("payload")))
                .containsExactlyInAnyOrder(2, 3);
    }

    @Test
    void unsubscribingEndsTheMessages() {
        KulkulClient client = connect();
        client.subscribe(channel);

        JsonObject reply = client.ask("{'type':'unsubscribe','channel':'" + channel + "'}");

        assertThat(reply.getString("type")).isEqualTo("unsubscribed");
        assertThat(reply.getString("reason")).isEqualTo("requested");
        client.publish(channel, "1");
        assertNothingElseArrives(client);
        assertError(client.ask("{'type':'unsubscribe','channel':'" + channel + "'}"), "not_subscribed");
    }

    @Test
    void aSecondSubscriptionToTheSameIsRefused() {
        KulkulClient client = connect();
        client.subscribe(channel);

        JsonObject error = client.ask("{'type':'subscribe','channel':'" + channel + "'}");

        assertError(error, "already_subscribed");
        assertThat(error.getString("channel")).isEqualTo(channel);
    }

    @Test
    void theFiftyFirstSubscriptionIsRefused() {
        KulkulClient client = connect();
        for (int i = 0; i < 50; i++) {
            client.subscribe(channel + ":" + i);
        }

        assertError(client.ask("{'type':'subscribe','channel':'" + channel + "'}"), "limit_subscriptions");
    }

    @Test
    void whatIsNoChannelIsRefused() {
        KulkulClient client = connect();

        for (String name : List.of("a b", "ä", "a:*b", "x".repeat(256))) {
            assertError(client.ask("{'type':'subscribe','channel':'" + name + "'}"), "bad_channel");
        }
        assertError(client.ask("{'type':'history','channel':'orders:*'}"), "bad_channel");
    }

    @Test
    void nobodyPublishesToTheHubsOwnChannels() {
        assertError(connect().ask("{'type':'publish','channel':'$sys:stats','event':'note','payload':1}"), "forbidden");
    }

    @Test
    void theInstancesStatisticsAreAlive() {
        KulkulClient client = connect(
                KulkulClient.to("/ws").withToken(Tokens.forAdministrator().token()));
        client.subscribe("$sys:stats");

        assertThat(client.expectMessage("$sys:stats").getJsonObject("payload").getInt("connections"))
                .isPositive();
    }

    @Test
    void aCachedChannelBeginsWithItsLastEvent() {
        KulkulClient client = connect();
        client.publish("remembered:" + channel, "'old'");
        client.publish("remembered:" + channel, "'last'");

        client.subscribe("remembered:" + channel);

        assertThat(client.expectMessage("remembered:" + channel).getString("payload"))
                .isEqualTo("last");
    }

    @Test
    void aNamespaceWithoutHistoryHasNoPositions() {
        KulkulClient client = connect();
        JsonObject subscribed = client.subscribe("fleeting:" + channel);

        JsonObject published = client.publish("fleeting:" + channel, "1");

        assertThat(subscribed).doesNotContainKeys("seq", "epoch");
        assertThat(published).doesNotContainKeys("seq", "epoch");
        assertThat(client.expectMessage("fleeting:" + channel)).doesNotContainKey("seq");
        assertError(client.ask("{'type':'history','channel':'fleeting:" + channel + "'}"), "history_unavailable");
    }

    @Test
    void myOwnChannelIsResolved() {
        KulkulClient client = KulkulClient.of("otto");
        clients.add(client);

        assertThat(client.subscribe("user:me").getString("channel")).isEqualTo("user:otto");
    }

    // Publishing, history and the rest

    @Test
    void aKeyIsPublishedOnce() {
        KulkulClient client = connect();
        client.subscribe(channel);
        String publish = "{'type':'publish','channel':'" + channel + "','event':'paid','payload':1,'key':'k-1'}";

        JsonObject first = client.ask(publish);
        JsonObject again = client.ask(publish);

        assertThat(first.getBoolean("duplicate")).isFalse();
        assertThat(again.getBoolean("duplicate")).isTrue();
        assertThat(again.getInt("seq")).isEqualTo(first.getInt("seq"));
        client.expectMessage(channel);
        assertNothingElseArrives(client);
    }

    @Test
    void historyIsReadInBothDirections() {
        KulkulClient client = connect();
        for (int i = 1; i <= 4; i++) {
            client.publish(channel, Integer.toString(i));
        }

        JsonObject forward = client.ask("{'type':'history','channel':'" + channel + "','since':{'seq':1},'limit':2}");
        JsonObject backward = client.ask("{'type':'history','channel':'" + channel + "','limit':1,'reverse':true}");

        assertThat(forward.getString("type")).isEqualTo("history");
        assertThat(forward.getInt("seq")).isEqualTo(4);
        assertThat(payloads(forward)).containsExactly("2", "3");
        assertThat(payloads(backward)).containsExactly("4");
    }

    private static List<String> payloads(JsonObject history) {
        return history.getJsonArray("events").getValuesAs(JsonObject.class).stream()
                .map(event -> event.get("payload").toString())
                .toList();
    }

    @Test
    void aPingIsAnswered() {
        JsonObject pong = connect().ask("{'type':'ping'}");

        assertThat(pong.getString("type")).isEqualTo("pong");
        assertThat(pong.getJsonNumber("timestamp").longValue()).isPositive();
    }

    @Test
    void aPongHasNoReply() {
        KulkulClient client = connect();

        client.send("{'type':'pong','id':'p'}");

        assertNothingElseArrives(client);
    }

    @Test
    void presenceIsNotAvailableYet() {
        assertError(connect().ask("{'type':'presence','channel':'" + channel + "'}"), "unavailable");
    }

    @Test
    void anUnknownTypeIsAnError() {
        assertError(connect().ask("{'type':'dance'}"), "unknown_type");
    }

    @Test
    void aMissingMemberIsAnErrorThatNamesIt() {
        JsonObject error = connect().ask("{'type':'publish','channel':'" + channel + "','payload':1}");

        assertError(error, "bad_request");
        assertThat(error.getString("message")).contains("event");
    }

    @Test
    void whatIsNoJsonIsAnErrorWithoutId() {
        KulkulClient client = connect();

        client.send("{'type':'ping'");

        assertThat(client.expectError("bad_json")).doesNotContainKey("id");
    }

    @Test
    void aBinaryFrameIsAnError() {
        KulkulClient client = connect();

        client.sendBinary(new byte[] {1, 2, 3});

        client.expectError("bad_request");
    }

    @Test
    void aFrameAboveTheLimitClosesTheConnection() {
        KulkulClient client = connect();

        client.send(
                "{'type':'publish','channel':'" + channel + "','event':'big','payload':'" + "x".repeat(524_288) + "'}");

        client.expectClose(1009);
    }

    @Test
    void tooManyBadFramesCloseTheConnection() {
        KulkulClient client = connect();

        for (int i = 0; i < 150; i++) {
            client.send("{");
        }

        client.expectClose(4400);
    }

    @Test
    void aClientAboveItsRateIsToldToWaitAndThenClosed() {
        KulkulClient client = connect();
        String pings = "[" + "{'type':'pong'},".repeat(999) + "{'type':'pong'}]";

        client.send(pings);

        assertThat(client.expectError("rate_limited").getInt("retry")).isPositive();
        client.expectClose(4429);
    }

    @Test
    void commandsOfAnArrayRunInOrder() {
        KulkulClient client = connect();

        client.send("[{'type':'subscribe','id':'s','channel':'" + channel + "'},"
                + "{'type':'publish','id':'p','channel':'" + channel + "','event':'note','payload':1},"
                + "{'type':'unsubscribe','id':'u','channel':'" + channel + "'}]");

        assertThat(client.expectReply("s").getString("type")).isEqualTo("subscribed");
        assertThat(client.expectReply("p").getString("type")).isEqualTo("published");
        assertThat(client.expectReply("u").getString("type")).isEqualTo("unsubscribed");
    }

    @Test
    void aBatchConnectionGetsSeveralEventsInOneFrame() {
        KulkulClient client = connect(KulkulClient.to("/ws?flush=200")
                .withToken(token("user-" + UUID.randomUUID()))
                .offering("kulkul.v1+batch", "kulkul.v1"));
        assertThat(client.expect("connected").getString("protocol")).isEqualTo("kulkul.v1+batch");
        assertThat(client.subprotocol()).isEqualTo("kulkul.v1+batch");
        client.subscribe(channel);
        KulkulClient publisher = connect();
        int before = client.socketFrames();

        publisher.send("[" + ("{'type':'publish','channel':'" + channel + "','event':'n','payload':1},").repeat(49)
                + "{'type':'publish','channel':'" + channel + "','event':'n','payload':1}]");

        for (int seq = 1; seq <= 50; seq++) {
            assertThat(client.expectMessage(channel).getInt("seq")).isEqualTo(seq);
        }
        assertThat(client.socketFrames() - before).isLessThan(50);
    }

    // Tenants

    @Test
    void tenantsDoNotMeet() {
        KulkulClient acme = connect(KulkulClient.to("/ws/acme")
                .withToken(Tokens.forUser("ann").inTenant("acme").token()));
        assertThat(acme.expect("connected").getString("tenant")).isEqualTo("acme");
        KulkulClient umbrella = connect(KulkulClient.to("/ws/umbrella")
                .withToken(Tokens.forUser("ann").inTenant("umbrella").token()));
        umbrella.expect("connected");
        acme.subscribe(channel);
        umbrella.subscribe(channel);

        acme.publish(channel, "'of acme'");
        umbrella.publish(channel, "'of umbrella'");

        assertThat(acme.expectMessage(channel).getString("payload")).isEqualTo("of acme");
        assertThat(umbrella.expectMessage(channel).getString("payload")).isEqualTo("of umbrella");
        assertNothingElseArrives(acme);
        assertNothingElseArrives(umbrella);
    }

    @Test
    void aTokenOfAnotherTenantIsRefused() {
        KulkulClient client = connect(KulkulClient.to("/ws/acme")
                .withToken(Tokens.forUser("eve").inTenant("umbrella").token()));

        client.expectClose(4403);
    }

    @Test
    void aTokenWithoutATenantIsRefusedAtATenantsPath() {
        connect(KulkulClient.to("/ws/acme").withToken(token("eve"))).expectClose(4403);

        KulkulClient later = connect(KulkulClient.to("/ws/acme"));
        later.expect("connected");
        later.send("{'type':'authenticate','token':'" + token("eve") + "'}");
        later.expectClose(4403);
    }

    @Test
    void anOperatorWithoutATenantIsAtHomeInEach() {
        KulkulClient client = connect(
                KulkulClient.to("/ws/acme").withToken(Tokens.forAdministrator().token()));

        assertThat(client.expect("connected").getString("tenant")).isEqualTo("acme");
    }

    private static void assertError(JsonObject reply, String code) {
        assertThat(reply.getString("type")).as(reply.toString()).isEqualTo("error");
        assertThat(reply.getString("code")).as(reply.toString()).isEqualTo(code);
        assertThat(reply.getString("message")).isNotBlank();
    }

    /** What is on its way has come when an event that was published later is there. */
    private static void assertNothingElseArrives(KulkulClient client) {
        String barrier = "barrier:" + UUID.randomUUID();
        client.subscribe(barrier);
        client.publish(barrier, "0");
        assertThat(client.expectMessage().getString("channel")).isEqualTo(barrier);
        assertThat(client.unexpected()).extracting(frame -> (JsonValue) frame).isEmpty();
    }
}
