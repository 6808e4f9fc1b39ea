package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.protocol.ErrorCode;
import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.JsonTexts;
import io.kulkul.core.testkit.TestHub;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events that clients and the application publish. */
class PublishingTest {

    private final TestHub hub = TestHub.open();

    private static String publish(String channel, String more) {
        return "{'type':'publish','id':'p','channel':'" + channel + "','event':'said','payload':{'n':1}" + more + "}";
    }

    @Test
    void theAnswerHasThePosition() {
        FakeClient client = hub.clientOf("alice");

        client.sends(publish("a:1", ""));
        client.sends(publish("a:1", ""));

        JsonObject first = client.next();
        JsonObject second = client.next();
        assertThat(first.getInt("seq")).isEqualTo(1);
        assertThat(second)
                .isEqualTo(JsonTexts.object("{'type':'published','id':'p','channel':'a:1','epoch':'"
                        + first.getString("epoch") + "','seq':2,'duplicate':false}"));
    }

    @Test
    void theMessageSaysAllThatWasPublished() {
        FakeClient bob = hub.clientOf("bob").subscribesTo("a:1");

        hub.clientOf("alice").sends(publish("a:1", ",'correlation':'c-1'"));

        JsonObject message = bob.next();
        assertThat(JsonTexts.without(message, "id"))
                .isEqualTo(JsonTexts.object("{'type':'message','channel':'a:1','event':'said','payload':{'n':1},"
                        + "'seq':1,'timestamp':" + hub.time.millis() + ",'correlation':'c-1','publisher':'alice'}"));
    }

    @Test
    void theApplicationsEventsHaveNoPublisher() {
        FakeClient bob = hub.clientOf("bob").subscribesTo("a:1");

        hub.publish("a:1", "1");

        assertThat(bob.next()).doesNotContainKeys("publisher", "correlation");
    }

    @Test
    void aPublisherHearsItsOwnEventToo() {
        FakeClient alice = hub.clientOf("alice").subscribesTo("a:1");

        alice.sends(publish("a:1", ""));

        assertThat(alice.rest())
                .extracting(frame -> frame.getString("type"))
                .containsExactlyInAnyOrder("published", "message");
    }

    @Test
    void aKeyIsDoneOnce() {
        FakeClient alice = hub.clientOf("alice");
        FakeClient bob = hub.clientOf("bob").subscribesTo("a:1");

        alice.sends(publish("a:1", ",'key':'k'"));
        alice.sends(publish("a:1", ",'key':'k'"));

        alice.expectLike("{'seq':1,'duplicate':false}").expectLike("{'seq':1,'duplicate':true}");
        assertThat(bob.rest()).hasSize(1);
        assertThat(hub.meter.of("published.*")).isOne();
    }

    @Test
    void aKeyCountsForItsChannelAlone() {
        FakeClient alice = hub.clientOf("alice");

        alice.sends(publish("a:1", ",'key':'k'")).sends(publish("a:2", ",'key':'k'"));

        alice.expectLike("{'duplicate':false}").expectLike("{'duplicate':false}");
    }

    @Test
    void aKeyIsForgottenAfterItsLifetime() {
        FakeClient alice = hub.clientOf("alice");
        alice.sends(publish("a:1", ",'key':'k'")).next();
        hub.time.advance(Duration.ofMinutes(5));

        alice.sends(publish("a:1", ",'key':'k'"));

        alice.expectLike("{'seq':2,'duplicate':false}");
    }

    @Test
    void aKeyWorksWithoutHistoryToo() {
        FakeClient alice = hub.clientOf("alice");

        alice.sends(publish("plain:1", ",'key':'k'")).sends(publish("plain:1", ",'key':'k'"));

        alice.expect("{'type':'published','id':'p','channel':'plain:1','duplicate':false}")
                .expect("{'type':'published','id':'p','channel':'plain:1','duplicate':true}");
    }

    @Test
    void userMeIsOnesOwnChannel() {
        FakeClient alice = hub.clientOf("alice");

        alice.sends(publish("user:me", ""));

        alice.expectLike("{'type':'published','channel':'user:alice','seq':1}");
    }

    @Test
    void aPayloadGoesThroughAsItIsWritten() {
        FakeClient bob = hub.clientOf("bob").subscribesTo("a:1");
        String payload = "{ \"b\" : 1.0e0,\n \"a\":\"\\u00e9\" , \"a\":null}";

        hub.clientOf("alice")
                .sendsAsIs("{\"type\":\"publish\",\"channel\":\"a:1\",\"event\":\"e\",\"payload\":" + payload + "}");

        assertThat(bob.transport().frames().get(bob.transport().frames().size() - 1))
                .contains("\"payload\":" + payload + ",");
    }

    @Test
    void theHubsOwnChannelsAreNotTheClients() {
        hub.clientOf("alice").sends(publish("$sys:stats", "")).expectError("forbidden");
    }

    @Test
    void aPatternIsNoPlaceToPublishTo() {
        hub.clientOf("alice").sends(publish("a:*", "")).expectError("bad_channel");
    }

    @Test
    void theApplicationHearsWhatClientsPublish() {
        List<Event> heard = new ArrayList<>();
        hub.hub().listen((connection, event) -> heard.add(event));
        FakeClient alice = hub.clientOf("alice");

        alice.sends(publish("a:1", ",'key':'k'")).sends(publish("a:1", ",'key':'k'"));
        hub.publish("a:1", "1");

        assertThat(heard).singleElement().satisfies(event -> {
            assertThat(event.publisher()).isEqualTo("alice");
            assertThat(event.payload()).isEqualTo("{\"n\":1}");
        });
    }

    @Test
    void aBugIsAnsweredWithACorrelationAndClosesNothing() {
        hub.hub().listen((connection, event) -> {
            throw new IllegalStateException("a test's bug");
        });
        FakeClient alice = hub.clientOf("alice");

        alice.sends(publish("a:1", ""));

        JsonObject answer = alice.rest().get(1);
        assertThat(answer.getString("code")).isEqualTo("internal");
        assertThat(answer.getString("correlation")).hasSize(22);
        assertThat(answer.toString()).doesNotContain("a test's bug", "Exception");
        alice.sends("{'type':'ping'}").expectLike("{'type':'pong'}").expectOpen();
    }

    @Test
    void whatCannotBePublishedIsRefusedWithItsReason() {
        assertRefused(new Publication(new ChannelId("", "no good"), "e", "1", null, null, null), ErrorCode.BAD_CHANNEL);
        assertRefused(new Publication(new ChannelId("", "a:1"), "", "1", null, null, null), ErrorCode.BAD_REQUEST);
        assertRefused(
                new Publication(new ChannelId("", "a:1"), "e".repeat(256), "1", null, null, null),
                ErrorCode.BAD_REQUEST);
        assertRefused(
                new Publication(new ChannelId("", "a:1"), "e", "1", "k".repeat(129), null, null),
                ErrorCode.BAD_REQUEST);
        assertRefused(
                new Publication(new ChannelId("", "a:1"), "e", "1", null, "c".repeat(129), null),
                ErrorCode.BAD_REQUEST);
    }

    private void assertRefused(Publication publication, ErrorCode code) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> hub.hub().publishing().publish(publication))
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(code));
    }

    @Test
    void theTimeFromPublishingToTheSocketIsMeasured() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1");
        client.transport().hold();
        hub.publish("a:1", "1");

        hub.time.advance(Duration.ofMillis(7));
        client.transport().finishWrite();

        assertThat(hub.meter.of("delivered.nanos")).isEqualTo(7_000_000);
    }

    @Test
    void eventsOfAPublisherThatIsAheadAreAllDelivered() {
        TestHub byHand = TestHub.with().unsettled().open();
        FakeClient client = byHand.clientOf("alice").subscribesTo("a:1");

        byHand.publishNumbers("a:1", 1, 200);
        byHand.settle();

        client.expectNumbers("a:1", 1, 200).expectNothing();
    }

    @Test
    void aWritersPoolThatRefusesDoesNotEndTheDelivery() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1");
        hub.writers.refuse(true);
        hub.publish("a:1", "1");
        hub.writers.refuse(false);

        hub.publish("a:1", "2");

        client.expectNumbers("a:1", 1, 2);
    }

    @Test
    void aDispatcherThatRefusesLosesNoEvent() {
        FakeClient client = hub.clientOf("alice").subscribesTo("a:1");
        hub.dispatcher.refuse(true);
        hub.publish("a:1", "1");
        hub.dispatcher.refuse(false);

        hub.publish("a:1", "2");

        client.expectNumbers("a:1", 1, 2);
    }

    @Test
    void theInstanceCountsWhatItPublishesByConfiguredNamespace() {
        hub.publish("small:1", "1");
        hub.publish("made-up-by-a-client:1", "1");

        assertThat(hub.meter.of("published.small")).isOne();
        assertThat(hub.meter.of("published.*")).isOne();
    }

    @Test
    void aTenantsEventsAreItsOwn() {
        FakeClient alice = hub.client()
                .token(aTokenFor("alice").inTenant("acme"))
                .connects()
                .greeted();

        alice.sends(publish("a:1", ""));

        assertThat(hub.hub().channels().info(new ChannelId("acme", "a:1"))).isNotNull();
        assertThat(hub.hub().channels().info(new ChannelId("", "a:1"))).isNull();
    }
}
