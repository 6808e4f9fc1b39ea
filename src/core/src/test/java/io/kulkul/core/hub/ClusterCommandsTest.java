package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.access.Caller;
import io.kulkul.core.access.Permissions;
import io.kulkul.core.hub.Outcome.Result;
import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.JsonTexts;
import io.kulkul.core.testkit.LogLines;
import io.kulkul.core.testkit.TestCluster;
import io.kulkul.core.testkit.TestCluster.Instance;
import io.kulkul.core.testkit.TestTime;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What operators do to connections, wherever these are. */
class ClusterCommandsTest {

    private static final Instant START = Instant.ofEpochMilli(TestTime.START);
    private static final Caller OPERATOR =
            new Caller("root", "acme", new Permissions(List.of("admin")), Set.of(), null, Instant.MAX, null);

    private final TestCluster cluster = new TestCluster();
    private final Instance a = cluster.start("a");
    private final Instance b = cluster.start("b");
    private final Instance c = cluster.start("c");
    private final Operating operating = a.hub().hub().operating();

    private static FakeClient clientOf(Instance instance, String user) {
        return instance.hub()
                .client()
                .token(aTokenFor(user).inTenant("acme").withId("token-of-" + user))
                .connects()
                .greeted();
    }

    private Outcome after(CompletionStage<Outcome> command) {
        cluster.settle();
        assertThat(command.toCompletableFuture()).isCompleted();
        return command.toCompletableFuture().join();
    }

    private static Outcome done(int count) {
        return new Outcome(Result.DONE, count, List.of());
    }

    @Test
    void aUserIsDisconnectedOnAllInstances() {
        FakeClient one = clientOf(a, "alice");
        FakeClient two = clientOf(b, "alice");
        FakeClient three = clientOf(c, "alice");
        FakeClient bob = clientOf(b, "bob");
        FakeClient namesake = b.hub().clientOf("alice");

        Outcome outcome = after(operating.disconnectUser(OPERATOR, "acme", "alice"));

        assertThat(outcome).isEqualTo(done(3));
        one.expectClose(4410);
        two.expectClose(4410);
        three.expectClose(4410);
        bob.expectOpen();
        namesake.expectOpen();
    }

    @Test
    void aConnectionIsDisconnectedWhicheverInstanceItIsOn() {
        FakeClient there = clientOf(c, "alice");

        assertThat(after(operating.disconnect(
                        OPERATOR, "globex", there.connection().id())))
                .isEqualTo(new Outcome(Result.NONE, 0, List.of()));
        there.expectOpen();
        assertThat(after(operating.disconnect(
                        OPERATOR, "acme", there.connection().id())))
                .isEqualTo(done(1));
        there.expectClose(4410);
    }

    @Test
    void whatIsFoundHereIsNotAskedForElsewhere() {
        FakeClient here = clientOf(a, "alice");

        CompletionStage<Outcome> command =
                operating.disconnect(OPERATOR, "acme", here.connection().id());

        assertThat(command.toCompletableFuture()).isCompletedWithValue(done(1));
        assertThat(cluster.network.pending()).isZero();
    }

    @Test
    void nobodyHasAConnectionThatThereIsNot() {
        assertThat(after(operating.disconnect(OPERATOR, "acme", "none")))
                .isEqualTo(new Outcome(Result.NONE, 0, List.of()));
        assertThat(after(operating.unsubscribe(OPERATOR, "acme", "none", "a:1")))
                .isEqualTo(new Outcome(Result.NONE, 0, List.of()));
    }

    @Test
    void aSubscriptionEndsWhicheverInstanceItIsOn() {
        FakeClient there = clientOf(b, "alice").subscribesTo("a:1");
        String id = there.connection().id();

        assertThat(after(operating.unsubscribe(OPERATOR, "acme", id, "a:2"))).isEqualTo(done(0));
        assertThat(after(operating.unsubscribe(OPERATOR, "acme", id, "a:1"))).isEqualTo(done(1));
        there.expect("{'type':'unsubscribed','channel':'a:1','reason':'revoked'}")
                .expectNothing();
    }

    @Test
    void aTokenIsRevokedOnAllInstances() {
        FakeClient here = clientOf(a, "alice");
        FakeClient there = clientOf(b, "alice");

        assertThat(after(operating.revokeToken(OPERATOR, "acme", "token-of-alice", null)))
                .isEqualTo(done(2));

        here.expectClose(4401);
        there.expectClose(4401);
        FakeClient again = c.hub()
                .client()
                .token(aTokenFor("alice").inTenant("acme").withId("token-of-alice"))
                .connects();
        again.expectLike("{'type':'error','code':'token_invalid'}").expectClose(4401);
    }

    @Test
    void aUsersAndEverybodysTokensAreRevokedOnAllInstances() {
        FakeClient alice = clientOf(b, "alice");
        FakeClient bob = clientOf(c, "bob");

        assertThat(after(operating.revokeUser(OPERATOR, "acme", "alice", START)))
                .isEqualTo(done(1));
        alice.expectClose(4401);
        bob.expectOpen();
        assertThat(after(operating.revokeAll(OPERATOR, "acme", START))).isEqualTo(done(1));
        bob.expectClose(4401);
    }

    @Test
    void anInstanceWhoseAnswerIsLostIsNamedAfterTwoSeconds() {
        FakeClient there = clientOf(b, "alice");
        cluster.network.lose(message -> "answer".equals(message.kind()) && message.from() == b.bus());

        CompletionStage<Outcome> command = operating.disconnectUser(OPERATOR, "acme", "alice");
        cluster.settle();
        cluster.pass(Duration.ofMillis(1950));
        assertThat(command.toCompletableFuture()).isNotCompleted();
        cluster.pass(Duration.ofMillis(50));

        assertThat(command.toCompletableFuture()).isCompletedWithValue(new Outcome(Result.NONE, 0, List.of("b")));
        there.expectClose(4410);
    }

    @Test
    void anAnswerThatComesTooLateIsLetGo() {
        b.bus().cut();
        CompletionStage<Outcome> command = operating.disconnectUser(OPERATOR, "acme", "alice");
        cluster.pass(Duration.ofSeconds(2));
        Outcome outcome = command.toCompletableFuture().join();

        b.bus().heal();
        cluster.pass(Duration.ofSeconds(2));

        assertThat(outcome.unanswered()).containsExactly("b");
        assertThat(after(operating.disconnectUser(OPERATOR, "acme", "alice")).unanswered())
                .isEmpty();
    }

    @Test
    void anInstanceThatEndsMeanwhileIsNotWaitedFor() {
        clientOf(b, "alice");
        CompletionStage<Outcome> command = operating.disconnectUser(OPERATOR, "acme", "alice");
        cluster.network.loseNotices("answer");

        cluster.stop(b);
        cluster.stop(c);

        assertThat(command.toCompletableFuture()).isCompletedWithValue(new Outcome(Result.NONE, 0, List.of()));
    }

    @Test
    void anInstanceThatIsGoneIsNotAsked() {
        cluster.kill(b);
        cluster.kill(c);
        cluster.pass(Duration.ofSeconds(6));

        assertThat(operating.disconnectUser(OPERATOR, "acme", "alice").toCompletableFuture())
                .isCompletedWithValue(new Outcome(Result.NONE, 0, List.of()));
    }

    @Test
    void twoInstancesOfTheSameNameBothCarryThemOutAndAnswer() {
        Instance namesake = cluster.start("b");
        FakeClient one = clientOf(b, "alice");
        FakeClient two = clientOf(namesake, "alice");

        assertThat(after(operating.disconnectUser(OPERATOR, "acme", "alice"))).isEqualTo(done(2));
        one.expectClose(4410);
        two.expectClose(4410);
    }

    @Test
    void theAuditLineCountsAllInstancesAndEachOtherOneSaysWhoWantedItWhere() {
        clientOf(a, "alice");
        clientOf(b, "alice");
        clientOf(b, "alice");
        try (LogLines log = LogLines.of(Audit.LOGGER)) {
            after(operating.disconnectUser(OPERATOR, "acme", "alice"));

            List<String> lines = log.take("KULKUL0701I");
            assertThat(lines).hasSize(3);
            assertThat(withoutTime(lines.get(0)))
                    .isEqualTo(JsonTexts.object("{'who':'root','whoTenant':'acme','from':'a','what':'disconnect user',"
                            + "'tenant':'acme','user':'alice','connections':2}"));
            assertThat(withoutTime(lines.get(1)))
                    .isEqualTo(JsonTexts.object("{'who':'root','whoTenant':'acme','from':'a','what':'disconnect user',"
                            + "'tenant':'acme','user':'alice','connections':0}"));
            assertThat(withoutTime(lines.get(2)))
                    .isEqualTo(JsonTexts.object(
                            "{'who':'root','what':'disconnect user','tenant':'acme','user':'alice','connections':3}"));
        }
    }

    @Test
    void theAuditLineNamesWhoHasNotAnswered() {
        cluster.network.loseNotices("command");
        try (LogLines log = LogLines.of(Audit.LOGGER)) {
            CompletionStage<Outcome> command = operating.revokeToken(OPERATOR, "acme", "t1", null);
            cluster.pass(Duration.ofSeconds(2));

            assertThat(command.toCompletableFuture()).isCompleted();
            assertThat(withoutTime(log.take("KULKUL0701I").get(0)))
                    .isEqualTo(JsonTexts.object("{'who':'root','what':'revoke token','tenant':'acme','jti':'t1',"
                            + "'done':true,'connections':0,'unanswered':['b','c']}"));
        }
    }

    private static JsonObject withoutTime(String line) {
        JsonObject whole = JsonTexts.object(line.substring(line.indexOf('{')));
        return jakarta.json.Json.createObjectBuilder(whole).remove("when").build();
    }
}
