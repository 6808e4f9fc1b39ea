package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestHub;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Clients that send too much, or nonsense. */
class LimitsTest {

    private final TestHub hub = TestHub.open();

    @Test
    void nonsenseIsAnsweredAndClosesNothing() {
        FakeClient client = hub.clientOf("alice");

        client.sendsAsIs("{").expectError("bad_json").expectOpen();
        client.sends("[]").expectError("bad_request").expectOpen();
        client.sends("{'type':'dance','id':'d'}")
                .expectLike("{'type':'error','id':'d','code':'unknown_type'}")
                .expectOpen();
    }

    @Test
    void aBinaryFrameIsAnsweredLikeAnyOtherNonsense() {
        FakeClient client = hub.clientOf("alice");

        client.client().receiveBinary();

        client.expectError("bad_request").expectOpen();
        assertThat(hub.meter.of("received.binary")).isOne();
    }

    @Test
    void aMessageThatCameInFragmentsIsHeldToTheLimitToo() {
        FakeClient text = hub.clientOf("alice");
        FakeClient binary = hub.clientOf("bob");

        binary.client().receiveTooBig();
        text.sendsAsIs("x".repeat(524_289));

        text.expectClose(1009);
        binary.expectClose(1009);
    }

    @Test
    void nonsenseWithoutEndCloses() {
        FakeClient client = hub.clientOf("alice");

        for (int i = 0; i < 1000 && !client.connection().ended(); i++) {
            client.sendsAsIs("{");
            hub.time.advance(Duration.ofMillis(20));
        }

        client.expectClose(4400);
    }

    @Test
    void nonsenseNowAndThenDoesNot() {
        FakeClient client = hub.clientOf("alice");

        for (int i = 0; i < 500; i++) {
            client.sendsAsIs("{");
            hub.time.advance(Duration.ofSeconds(1));
        }

        client.expectOpen();
    }

    @Test
    void aRefusalThatAWellMadeClientMayGetIsNoNonsense() {
        FakeClient client = hub.clientOf("alice");

        for (int i = 0; i < 500; i++) {
            client.sends("{'type':'unsubscribe','channel':'a:1'}");
            hub.time.advance(Duration.ofMillis(20));
        }

        client.expectOpen();
    }

    @Test
    void aClientAboveItsRateIsToldWhenToGoOn() {
        TestHub slow = TestHub.with().messagesPerSecond(10, 3).open();
        FakeClient client = slow.clientOf("alice");

        for (int i = 0; i < 4; i++) {
            client.sends("{'type':'ping','id':'" + i + "'}");
        }

        client.expectLike("{'type':'pong','id':'0'}")
                .expectLike("{'type':'pong','id':'1'}")
                .expectLike("{'type':'pong','id':'2'}")
                .expectLike("{'type':'error','id':'3','code':'rate_limited','retry':100}");
        slow.time.advance(Duration.ofMillis(100));
        client.sends("{'type':'ping','id':'5'}").expectLike("{'type':'pong','id':'5'}");
        assertThat(slow.meter.of("rateLimited")).isOne();
    }

    @Test
    void aClientThatGoesOnRegardlessIsClosed() {
        TestHub slow = TestHub.with().messagesPerSecond(10, 3).open();
        FakeClient client = slow.clientOf("alice");

        for (int i = 0; i < 200; i++) {
            client.sends("{'type':'ping'}");
        }

        client.expectClose(4429);
    }

    @Test
    void everyCommandOfAnArrayCounts() {
        TestHub slow = TestHub.with().messagesPerSecond(10, 3).open();
        FakeClient client = slow.clientOf("alice");

        client.sends("[{'type':'ping'},{'type':'ping'},{'type':'ping'},{'type':'ping'}]");

        assertThat(client.rest())
                .extracting(frame -> frame.getString("type"))
                .containsExactly("pong", "pong", "pong", "error");
    }

    @Test
    void anAdministratorHasNoRate() {
        TestHub slow = TestHub.with().messagesPerSecond(10, 3).open();
        FakeClient client = slow.client()
                .token(aTokenFor("root").withScope("admin"))
                .connects()
                .greeted();

        for (int i = 0; i < 200; i++) {
            client.sends("{'type':'ping'}").expectLike("{'type':'pong'}");
        }
    }

    @Test
    void theCommandsOfAnArrayRunInOrder() {
        FakeClient client = hub.clientOf("alice");

        client.sends("[{'type':'subscribe','channel':'a:1'},{'type':'publish','channel':'a:1','event':'e','payload':1},"
                + "{'type':'unsubscribe','channel':'a:1'},{'type':'nonsense','id':'n'},{'type':'ping'}]");

        assertThat(client.rest())
                .extracting(frame -> frame.getString("type"))
                .containsSubsequence("subscribed", "published", "unsubscribed", "error", "pong");
    }

    @Test
    void aConnectionThatIsToBeClosedTakesNoMoreCommands() {
        // Its client does not read, so the close waits for a write; until then it could go on publishing.
        FakeClient client = hub.clientOf("alice");
        client.transport().hold();
        client.sends("{'type':'ping'}");
        client.connection().closeAfterReplies(io.kulkul.core.protocol.CloseCode.PROTOCOL_VIOLATION);

        client.sends("{'type':'publish','channel':'a:1','event':'e','payload':1}");

        assertThat(hub.hub().channels().count()).isZero();
        client.transport().release();
        hub.settle();
        client.expectClose(4400);
    }
}
