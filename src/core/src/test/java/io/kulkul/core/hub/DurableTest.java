package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.testkit.DurableCluster;
import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.FakeDurableLog;
import io.kulkul.core.testkit.TestHub;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two instances with one database log: what one publishes, all have once and in order, whatever is lost on the way. */
class DurableTest {

    private static final String EPOCH = FakeDurableLog.EPOCH;

    private final DurableCluster cluster = new DurableCluster();
    private final TestHub a = cluster.join("a");
    private final TestHub b = cluster.join("b");

    private FakeClient on(TestHub hub, String user) {
        return hub.clientOf(user);
    }

    private static FakeClient resumes(FakeClient client, String channel, long seq) {
        return client.sends(
                "{'type':'subscribe','channel':'" + channel + "','since':{'seq':" + seq + ",'epoch':'" + EPOCH + "'}}");
    }

    private static String subscribed(boolean recovered, int replayed) {
        return "{'type':'subscribed','recovered':" + recovered + ",'replayed':" + replayed + "}";
    }

    /** Reads the messages, which are all there is, and gives their seqs. */
    private static List<Integer> seqs(FakeClient client) {
        return client.rest().stream()
                .peek(frame ->
                        assertThat(frame.getString("type")).as(frame.toString()).isEqualTo("message"))
                .map(frame -> frame.getInt("seq"))
                .toList();
    }

    // Delivery

    @Test
    void subscribersOfBothInstancesHaveTheEventsOfBothInOneOrder() {
        FakeClient onA = on(a, "alice").subscribesTo("x:1");
        FakeClient onB = on(b, "bob").subscribesTo("x:1");

        for (int i = 0; i < 5; i++) {
            a.publish("x:1", "'a" + i + "'");
            b.publish("x:1", "'b" + i + "'");
        }
        cluster.settle();

        List<JsonObject> first = onA.rest();
        assertThat(first).hasSize(10);
        assertThat(onB.rest()).isEqualTo(first);
        assertThat(first).extracting(frame -> frame.getInt("seq")).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }

    @Test
    void aPublisherIsToldThePositionWhenItIsInTheLog() {
        FakeClient client = on(a, "alice");

        client.sends("{'type':'publish','id':'p','channel':'x:1','event':'e','payload':1}");

        client.expect(
                "{'type':'published','id':'p','channel':'x:1','epoch':'" + EPOCH + "','seq':1,'duplicate':false}");
        assertThat(cluster.log.payloads("x:1")).containsExactly("1");
    }

    @Test
    void whatArrivesDuringACommitSharesTheNextOne() {
        DurableCluster slow = new DurableCluster(TestHub.Builder::unsettled);
        TestHub hub = slow.join("a");

        for (int i = 0; i < 100; i++) {
            hub.publish("x:" + i % 7, "1");
        }
        slow.settle();

        assertThat(slow.log.appends()).isEqualTo(1);
    }

    @Test
    void namespacesWithoutHistoryReachTheOtherInstanceOverTheBusAlone() {
        FakeClient onB = on(b, "bob").subscribesTo("plain:1");

        a.publish("plain:1", "1");
        cluster.settle();

        onB.expectMessage("plain:1", "1").expectNothing();
        assertThat(cluster.log.payloads("plain:1")).isEmpty();
    }

    @Test
    void theHubsOwnChannelsStayWhereTheyAre() {
        FakeClient onB = b.client()
                .token(aTokenFor("root").withScope("admin"))
                .connects()
                .greeted();
        onB.subscribesTo("$sys:stats");

        a.publish("$sys:stats", "1");
        cluster.settle();

        onB.expectNothing();
        assertThat(cluster.log.payloads("$sys:stats")).isEmpty();
    }

    @Test
    void whatIsForAUserReachesConnectionsOnTheOtherInstanceThatDidNotSubscribe() {
        FakeClient onB = on(b, "bob");
        FakeClient otherOnB = on(b, "carol");

        a.publish("user:bob", "1");
        a.publish("broadcast", "2");
        a.publish("user:bob", "3");
        cluster.settle();

        onB.expectMessage("user:bob", "1").expectMessage("broadcast", "2").expectMessage("user:bob", "3");
        otherOnB.expectMessage("broadcast", "2").expectNothing();
    }

    @Test
    void aConnectionThatComesLaterIsMeantToo() {
        on(b, "bob");
        a.publish("broadcast", "1");
        cluster.settle();
        FakeClient late = on(b, "carol");

        a.publish("broadcast", "2");
        cluster.settle();

        late.expectMessage("broadcast", "2").expectNothing();
    }

    @Test
    void aCommandBehindAPublishSeesIt() {
        FakeClient client = on(a, "alice");

        client.sends("[{'type':'publish','channel':'x:1','event':'e','payload':1},"
                + "{'type':'publish','channel':'x:1','event':'e','payload':2},"
                + "{'type':'history','channel':'x:1'}]");

        client.expectLike("{'type':'published','seq':1}").expectLike("{'type':'published','seq':2}");
        assertThat(client.next().getJsonArray("events")).hasSize(2);
    }

    // What the bus loses

    @Test
    void anEventThatTheBusLostIsReadFromTheDatabaseWhenTheNextOneComes() {
        FakeClient onB = on(b, "bob").subscribesTo("x:1");
        a.publishNumbers("x:1", 1, 3);
        cluster.network.loseAll();

        a.publish("x:1", "4");
        cluster.settle();
        onB.expectNothing();
        cluster.pass(Duration.ofMillis(50));

        assertThat(seqs(onB)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void aLastEventThatTheBusLostIsFoundByComparing() {
        FakeClient onB = on(b, "bob").subscribesTo("x:1");
        FakeClient byPattern = on(b, "carol").subscribesTo("y:*");
        a.publish("x:1", "1");
        a.publish("y:7", "1");
        cluster.network.loseAll();

        cluster.pass(Duration.ofSeconds(6));

        assertThat(seqs(onB)).containsExactly(1);
        assertThat(seqs(byPattern.skipPings())).containsExactly(1);
    }

    @Test
    void withoutTheBusEventsComeFromTheDatabaseSoonAndNotAgainLater() {
        FakeClient onB = on(b, "bob").subscribesTo("x:1");
        FakeClient byPattern = on(b, "carol").subscribesTo("x:*");
        a.publish("x:1", "1");
        cluster.settle();
        cluster.bus(0).cut();
        cluster.bus(1).cut();

        a.publishNumbers("x:1", 2, 5);
        b.publish("x:1", "6");
        cluster.pass(Duration.ofMillis(500));
        assertThat(seqs(onB)).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(seqs(byPattern)).containsExactly(1, 2, 3, 4, 5, 6);

        cluster.bus(0).heal();
        cluster.bus(1).heal();
        a.publish("x:1", "7");
        cluster.pass(Duration.ofSeconds(12));

        assertThat(seqs(onB.skipPings())).containsExactly(7);
        assertThat(seqs(byPattern.skipPings())).containsExactly(7);
    }

    @Test
    void eventsThatNobodyHasAnyMoreAreNamedByAGap() {
        FakeClient onB = on(b, "bob").subscribesTo("x:1");
        a.publishNumbers("x:1", 1, 5);
        cluster.network.loseAll();
        cluster.log.delete("x:1", 3);

        a.publish("x:1", "6");
        cluster.settle();
        cluster.pass(Duration.ofMillis(50));

        onB.expectLike("{'type':'gap','channel':'x:1','from':1,'to':3,'reason':'expired'}");
        assertThat(seqs(onB)).containsExactly(4, 5, 6);
    }

    @Test
    void aNewSubscriberOfAPatternGetsNothingOfBefore() {
        a.publishNumbers("x:1", 1, 3);
        cluster.settle();
        FakeClient onB = on(b, "bob").subscribesTo("x:*");

        a.publish("x:1", "4");
        cluster.settle();
        cluster.pass(Duration.ofSeconds(6));

        assertThat(seqs(onB.skipPings())).containsExactly(4);
    }

    // Coming back

    @Test
    void aClientGoesOnWhereItWasOnAnInstanceThatHasNeverSeenTheChannel() {
        a.publishNumbers("x:1", 1, 10);
        cluster.settle();
        FakeClient onB = resumes(on(b, "bob"), "x:1", 4);

        a.publish("x:1", "11");
        cluster.settle();

        onB.expectLike(subscribed(true, 6));
        assertThat(seqs(onB)).containsExactly(5, 6, 7, 8, 9, 10, 11);
    }

    @Test
    void aClientThatIsAheadOfItsNewInstanceGetsNothingTwice() {
        FakeClient stays = on(b, "carol").subscribesTo("x:1");
        cluster.bus(1).cut();
        a.publishNumbers("x:1", 1, 5);
        FakeClient moved = resumes(on(b, "bob"), "x:1", 5);
        moved.expectLike("{'type':'subscribed','recovered':true,'replayed':0,'seq':5}");

        cluster.bus(1).heal();
        a.publish("x:1", "6");
        cluster.pass(Duration.ofMillis(100));

        assertThat(seqs(moved)).containsExactly(6);
        assertThat(seqs(stays)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void aClientOfAPatternThatIsAheadOfItsNewInstanceGetsNothingTwice() {
        FakeClient stays = on(b, "carol").subscribesTo("x:*");
        a.publish("x:1", "1");
        cluster.settle();
        cluster.bus(1).cut();
        a.publishNumbers("x:1", 2, 5);
        FakeClient moved = on(b, "bob");
        moved.sends("{'type':'subscribe','channel':'x:*','since':{'channels':{'x:1':{'seq':4,'epoch':'" + EPOCH
                + "'}},'timestamp':" + cluster.time.millis() + "}}");
        moved.expectLike("{'type':'subscribed','recovered':true,'replayed':0}");

        cluster.pass(Duration.ofMillis(500));
        cluster.bus(1).heal();
        a.publish("x:1", "6");
        cluster.pass(Duration.ofMillis(100));

        assertThat(seqs(moved)).containsExactly(5, 6);
        assertThat(seqs(stays)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void aPositionThatTheDatabaseDoesNotKnowIsNotRecovered() {
        a.publishNumbers("x:1", 1, 3);
        cluster.settle();

        FakeClient ahead = resumes(on(b, "bob"), "x:1", 9);
        FakeClient other = on(b, "carol").sends("{'type':'subscribe','channel':'x:1','since':{'seq':2,'epoch':'x'}}");

        ahead.expectLike(subscribed(false, 3));
        other.expectLike(subscribed(false, 3));
    }

    @Test
    void whatIsGoneFromTheDatabaseIsNotRecoveredAndNamed() {
        a.publishNumbers("x:1", 1, 5);
        cluster.settle();
        cluster.log.delete("x:1", 3);

        FakeClient onB = resumes(on(b, "bob"), "x:1", 1);

        onB.expectLike(subscribed(false, 2)).expectLike("{'type':'gap','from':2,'to':3,'reason':'expired'}");
        assertThat(seqs(onB)).containsExactly(4, 5);
    }

    @Test
    void aPatternGoesOnWithListedAndWithNewChannels() {
        a.publishNumbers("x:1", 1, 5);
        cluster.pass(Duration.ofSeconds(1));
        long seen = cluster.time.millis();
        cluster.pass(Duration.ofSeconds(1));
        a.publishNumbers("x:2", 1, 2);
        a.publish("x:1", "6");
        cluster.settle();

        FakeClient onB = on(b, "bob");
        onB.sends("{'type':'subscribe','channel':'x:*','since':{'channels':{'x:1':{'seq':5,'epoch':'" + EPOCH
                + "'}},'timestamp':" + seen + "}}");
        a.publish("x:2", "3");
        cluster.settle();

        onB.expectLike(subscribed(true, 3));
        assertThat(onB.rest())
                .extracting(frame -> frame.getString("channel") + " " + frame.getInt("seq"))
                .containsExactlyInAnyOrder("x:2 1", "x:2 2", "x:1 6", "x:2 3");
    }

    @Test
    void aPatternWhoseEventsAreGoneIsNotRecovered() {
        long seen = cluster.time.millis();
        cluster.pass(Duration.ofSeconds(1));
        a.publishNumbers("x:1", 1, 5);
        cluster.settle();
        cluster.log.delete("x:1", 2);

        FakeClient onB = on(b, "bob");
        onB.sends("{'type':'subscribe','channel':'x:*','since':{'channels':{},'timestamp':" + seen + "}}");

        onB.expectLike(subscribed(false, 3));
        assertThat(seqs(onB)).containsExactly(3, 4, 5);
    }

    @Test
    void theLastEventIsSentToANewSubscriberWhereTheNamespaceSaysSo() {
        a.publishNumbers("cached:1", 1, 3);
        cluster.settle();

        FakeClient onB = on(b, "bob").subscribesTo("cached:1");

        assertThat(seqs(onB)).containsExactly(3);
    }

    @Test
    void theHistoryIsTheSameOnAnInstanceThatHasNeverSeenTheChannel() {
        a.publishNumbers("x:1", 1, 10);
        FakeClient onB = on(b, "bob");

        onB.sends("{'type':'history','channel':'x:1','since':{'seq':3},'limit':2}");
        onB.sends("{'type':'history','channel':'x:1','limit':2,'reverse':true}");

        JsonObject forward = onB.next();
        assertThat(forward.getInt("seq")).isEqualTo(10);
        assertThat(forward.getString("epoch")).isEqualTo(EPOCH);
        assertThat(forward.getJsonArray("events").getValuesAs(JsonObject.class))
                .extracting(event -> event.getInt("seq"))
                .containsExactly(4, 5);
        assertThat(onB.next().getJsonArray("events").getValuesAs(JsonObject.class))
                .extracting(event -> event.getInt("seq"))
                .containsExactly(10, 9);
    }

    @Test
    void whatIsToldOfAChannelIsTheDatabasesWhereItIsNotLive() throws Exception {
        a.publishNumbers("x:1", 1, 3);

        assertThat(java.util.Objects.requireNonNull(b.hub().info(new ChannelId("", "x:1")))
                        .head())
                .isEqualTo(3);
        assertThat(b.hub().info(new ChannelId("", "x:2"))).isNull();
    }

    // Slow clients

    @Test
    void aClientThatLagsBehindTheTailMissesNothing() {
        FakeClient slow = on(b, "bob").subscribesTo("small:1");
        FakeClient byPattern = on(b, "carol").subscribesTo("small:*");
        slow.transport().hold();
        byPattern.transport().hold();

        a.publishNumbers("small:1", 1, 200);
        cluster.settle();
        slow.transport().release();
        byPattern.transport().release();
        cluster.settle();
        a.publishNumbers("small:1", 201, 203);
        cluster.settle();

        slow.expectNumbers("small:1", 1, 203).expectNothing();
        byPattern.expectNumbers("small:1", 1, 203).expectNothing();
        assertThat(cluster.log.reads()).isLessThan(20);
    }

    @Test
    void whatALaggingClientMissesBecauseItIsGoneFromTheDatabaseIsNamed() {
        FakeClient slow = on(b, "bob").subscribesTo("small:1");
        slow.transport().hold();
        a.publishNumbers("small:1", 1, 100);
        cluster.settle();
        cluster.log.delete("small:1", 80);

        slow.transport().release();
        cluster.settle();

        slow.expectNumbers("small:1", 1, 64) // which were read already
                .expectLike("{'type':'gap','channel':'small:1','from':65,'to':80,'reason':'expired'}")
                .expectNumbers("small:1", 81, 100)
                .expectNothing();
    }

    @Test
    void aLaggingClientWaitsForADatabaseThatIsAwayAndOthersDoNot() {
        FakeClient slow = on(b, "bob").subscribesTo("small:1").subscribesTo("plain:1");
        slow.transport().hold();
        a.publishNumbers("small:1", 1, 100);
        cluster.settle();
        cluster.log.goAway();

        slow.transport().release();
        cluster.settle();
        a.publish("plain:1", "1");
        cluster.settle();
        slow.expectNumbers("small:1", 1, 64).expectMessage("plain:1", "1").expectNothing();
        cluster.log.comeBack();
        cluster.pass(Duration.ofSeconds(1));

        slow.expectNumbers("small:1", 65, 100).expectNothing();
    }

    // The database is away

    @Test
    void aPublisherWaitsForADatabaseThatComesBack() {
        FakeClient client = on(a, "alice").subscribesTo("x:1");
        cluster.log.goAway();

        client.sends("{'type':'publish','channel':'x:1','event':'e','payload':1}")
                .sends("{'type':'publish','channel':'x:1','event':'e','payload':2}");
        cluster.pass(Duration.ofSeconds(5));
        client.skipPings().expectNothing();
        cluster.log.comeBack();
        cluster.pass(Duration.ofSeconds(1));

        assertThat(client.rest())
                .extracting(frame -> frame.getString("type") + " " + frame.getInt("seq"))
                .containsSubsequence("published 1", "published 2")
                .containsSubsequence("message 1", "message 2")
                .hasSize(4);
    }

    @Test
    void aPublisherIsToldWhenTheDatabaseStaysAway() {
        FakeClient client = on(a, "alice");
        cluster.log.goAway();

        client.sends("{'type':'publish','id':'p','channel':'x:1','event':'e','payload':1}");
        cluster.pass(Duration.ofSeconds(11));

        client.skipPings().expectLike("{'type':'error','id':'p','code':'unavailable'}");
        cluster.log.comeBack();
        cluster.pass(Duration.ofSeconds(1));
        assertThat(cluster.log.payloads("x:1")).isEmpty();
    }

    @Test
    void aCommitWhoseAnswerWasLostIsNotDoneTwice() {
        FakeClient client = on(a, "alice").subscribesTo("x:1");
        cluster.log.loseAnswers();

        client.sends("{'type':'publish','id':'p','channel':'x:1','event':'e','payload':1}");
        cluster.log.comeBack();
        cluster.pass(Duration.ofSeconds(1));

        assertThat(client.rest())
                .extracting(frame -> frame.getString("type") + " " + frame.getInt("seq"))
                .containsExactlyInAnyOrder("published 1", "message 1");
        assertThat(cluster.log.payloads("x:1")).containsExactly("1");
    }

    @Test
    void aSubscribeIsRefusedWhileTheDatabaseIsAwayAndMayBeTriedAgain() {
        FakeClient client = on(b, "bob");
        cluster.log.goAway();

        client.sends("{'type':'subscribe','channel':'x:1'}").expectError("unavailable");
        client.sends("{'type':'history','channel':'x:1'}").expectError("unavailable");
        cluster.log.comeBack();

        client.subscribesTo("x:1");
    }

    @Test
    void aKeyIsDoneOnceOnWhicheverInstance() {
        String publish = "{'type':'publish','channel':'x:1','event':'e','payload':1,'key':'k'}";

        on(a, "alice").sends(publish).expectLike("{'type':'published','seq':1,'duplicate':false}");
        on(b, "bob").sends(publish).expectLike("{'type':'published','seq':1,'duplicate':true}");

        assertThat(cluster.log.payloads("x:1")).hasSize(1);
    }

    // The outbox

    @Test
    void whatAForeignProgramInsertsIsDelivered() {
        FakeClient onA = on(a, "alice").subscribesTo("x:1");
        FakeClient onB = on(b, "bob").subscribesTo("plain:1");
        cluster.log.insert(draft("x:1", "1"));
        cluster.log.insert(draft("plain:1", "2"));

        java.util.Objects.requireNonNull(b.hub().durable()).relay();
        cluster.settle();

        onA.expectMessage("x:1", "1");
        onB.expectMessage("plain:1", "2");
    }

    @Test
    void whatIsSubmittedIsPublishedAfterTheCommitWhoeverMovesIt() throws Exception {
        FakeClient onB = on(b, "bob").subscribesTo("x:1");
        Publishing publishing = a.hub().publishing();
        Publishing.Submitted submitted =
                publishing.submit(new Publication(new ChannelId("", "x:1"), "happened", "1", null, null, null));
        cluster.settle();
        onB.expectNothing();

        cluster.log.commit();
        java.util.Objects.requireNonNull(b.hub().durable()).relay();
        cluster.settle();
        publishing.committed(submitted);
        cluster.settle();

        onB.expectMessage("x:1", "1").expectNothing();
        assertThat(submitted.published().toCompletableFuture())
                .isCompletedWithValueMatching(appended -> appended.event().seq() == 1);
    }

    @Test
    void whatIsRolledBackIsNeverSeen() throws Exception {
        Publishing publishing = a.hub().publishing();
        Publishing.Submitted submitted =
                publishing.submit(new Publication(new ChannelId("", "x:1"), "happened", "1", null, null, null));

        cluster.log.rollBack();
        publishing.rolledBack(submitted);
        cluster.pass(Duration.ofSeconds(1));

        assertThat(cluster.log.payloads("x:1")).isEmpty();
    }

    private static Draft draft(String channel, String payload) {
        return new Draft(new ChannelId("", channel), "happened", payload, "id-" + payload, null, null, null);
    }

    @Test
    void anExpiredChannelIsForgottenAndGoesOnWhereItWas() {
        FakeClient onB = b.client().token(aTokenFor("bob")).connects().greeted();
        onB.subscribesTo("x:1");
        a.publish("x:1", "1");
        cluster.settle();
        onB.sends("{'type':'unsubscribe','channel':'x:1'}");
        cluster.pass(Duration.ofMinutes(11));
        FakeClient again = resumes(on(b, "carol"), "x:1", 1);
        a.publish("x:1", "2");
        cluster.settle();

        again.expectLike(subscribed(true, 0));
        assertThat(seqs(again)).containsExactly(2);
    }
}
