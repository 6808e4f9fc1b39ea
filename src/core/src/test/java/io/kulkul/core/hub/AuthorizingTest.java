package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.api.spi.AccessRequest;
import io.kulkul.api.spi.Authorization;
import io.kulkul.api.spi.ChannelAuthorizer;
import io.kulkul.api.spi.ChannelOperation;
import io.kulkul.core.channel.NamespaceOptions.Access;
import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestHub;
import io.kulkul.core.testkit.Tokens;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Permissions, roles, and the application's own rules. */
class AuthorizingTest {

    private final TestHub hub =
            TestHub.with().namespace(TestHub.options("wall").clientPublish()).open();
    private final List<AccessRequest> asked = new ArrayList<>();

    private FakeClient client(Tokens token) {
        return hub.client().token(token).connects().greeted();
    }

    private void rule(ChannelAuthorizer rule) {
        hub.hub().authorize(request -> {
            asked.add(request);
            return rule.authorize(request);
        });
    }

    @Test
    void withoutAPermissionEverythingElseIsForbidden() {
        FakeClient client = client(aTokenFor("alice").withNothing());

        client.sends("{'type':'subscribe','channel':'a:1'}").expectError("forbidden");
        client.sends("{'type':'subscribe','channel':'a:*'}").expectError("forbidden");
        client.sends("{'type':'history','channel':'a:1'}").expectError("forbidden");
        client.sends("{'type':'presence','channel':'a:1'}").expectError("forbidden");
        client.sends("{'type':'publish','channel':'a:1','event':'e','payload':1}")
                .expectError("forbidden");
        client.sends("{'type':'publish','channel':'public:1','event':'e','payload':1}")
                .expectError("forbidden");
        client.subscribesTo("public:1").expectOpen();
    }

    @Test
    void aRoleGivesWhatTheSettingsSay() {
        FakeClient client = client(aTokenFor("alice").withNothing().inGroups("editor", "nobody"));

        client.subscribesTo("news:1");
        client.sends("{'type':'publish','channel':'news:1','event':'e','payload':1}")
                .expectLike("{'type':'published'}");
        client.expectMessage("news:1", "1");
        client.sends("{'type':'subscribe','channel':'a:1'}").expectError("forbidden");
    }

    @Test
    void aNamespaceMayLetEveryClientPublish() {
        FakeClient client = client(aTokenFor("alice").withNothing());

        client.sends("{'type':'publish','channel':'wall:1','event':'e','payload':1}")
                .expectLike("{'type':'published'}");
        client.sends("{'type':'subscribe','channel':'wall:1'}").expectError("forbidden");
        hub.anonymous()
                .sends("{'type':'publish','channel':'wall:1','event':'e','payload':1}")
                .expectError("unauthenticated");
    }

    @Test
    void whatHoldsForAllNamespacesDoesNotOpenUsersChannels() {
        TestHub open = TestHub.with()
                .defaults(options -> options.access(Access.PUBLIC).clientPublish())
                .open();
        FakeClient anonymous = open.anonymous();

        anonymous.subscribesTo("a:1");
        anonymous.sends("{'type':'subscribe','channel':'user:bob'}").expectError("unauthenticated");
        anonymous.sends("{'type':'subscribe','channel':'user:*'}").expectError("unauthenticated");
        anonymous.sends("{'type':'subscribe','channel':'$sys:stats'}").expectError("unauthenticated");
        open.client()
                .token(aTokenFor("alice").withNothing())
                .connects()
                .greeted()
                .sends("{'type':'publish','channel':'user:bob','event':'e','payload':1}")
                .expectError("forbidden");
    }

    @Test
    void aTokenThatAllowsLessEndsWhatItDoesNotAllow() {
        FakeClient client = client(aTokenFor("alice")).subscribesTo("a:1").subscribesTo("b:1");

        client.sends("{'type':'authenticate','token':'"
                + aTokenFor("alice").withScope("subscribe:b:*").signed() + "'}");

        client.expectLike("{'type':'authenticated'}")
                .expect("{'type':'unsubscribed','channel':'a:1','reason':'revoked'}")
                .expectNothing();
        hub.publish("b:1", "1");
        client.expectMessage("b:1", "1");
    }

    @Test
    void theApplicationMayAllowWhatTheTokenDoesNot() {
        rule(request -> request.channel().equals("room:7") ? Authorization.allow() : Authorization.abstain());
        FakeClient client = client(aTokenFor("alice").withNothing().inGroups("editor"));

        client.subscribesTo("room:7");
        client.sends("{'type':'subscribe','channel':'room:8'}").expectError("forbidden");
        assertThat(asked)
                .containsExactly(
                        new AccessRequest("alice", "", Set.of("editor"), ChannelOperation.SUBSCRIBE, "room:7", false),
                        new AccessRequest("alice", "", Set.of("editor"), ChannelOperation.SUBSCRIBE, "room:8", false));
    }

    @Test
    void aDenialWinsOverTheTokenAndOverOtherRules() {
        rule(request -> Authorization.allow());
        rule(request -> Authorization.deny());
        FakeClient client = client(aTokenFor("alice"));

        client.sends("{'type':'subscribe','channel':'a:1'}").expectError("forbidden");
    }

    @Test
    void operatorsAreNotAskedAbout() {
        rule(request -> Authorization.deny());

        client(aTokenFor("root").withScope("admin")).subscribesTo("a:1");

        assertThat(asked).isEmpty();
    }

    @Test
    void aCallerWithoutATokenIsAskedAboutToo() {
        rule(request -> Authorization.deny());
        FakeClient client = hub.anonymous();

        client.sends("{'type':'subscribe','channel':'public:1'}").expectError("unauthenticated");

        assertThat(asked).singleElement().satisfies(request -> {
            assertThat(request.user()).isNull();
            assertThat(request.granted()).isTrue();
        });
    }

    @Test
    void anAnswerIsRememberedAsLongAsItSays() {
        rule(request -> Authorization.allow(Duration.ofSeconds(30)));
        FakeClient client = client(aTokenFor("alice").withNothing());
        String publish = "{'type':'publish','channel':'a:1','event':'e','payload':1}";

        client.sends(publish).expectLike("{'type':'published'}");
        client.sends(publish).expectLike("{'type':'published'}");
        assertThat(asked).hasSize(1);
        hub.time.advance(Duration.ofSeconds(31));
        client.sends(publish).expectLike("{'type':'published'}");

        assertThat(asked).hasSize(2);
    }

    @Test
    void laterCommandsWaitForTheAnswerAndKeepTheirOrder() {
        rule(request -> Authorization.allow());
        TestHub steps = TestHub.with().unsettled().open();
        steps.hub().authorize(request -> Authorization.abstain());
        FakeClient client = steps.client().token(aTokenFor("alice")).connects();
        steps.settle();
        client.greeted();

        client.sends("{'type':'subscribe','id':'1','channel':'a:1'}");
        client.sends("{'type':'publish','id':'2','channel':'a:1','event':'e','payload':1}");
        client.sends("{'type':'ping','id':'3'}");
        steps.writers.runAll();
        client.expectNothing();
        steps.settle();

        client.expectLike("{'type':'subscribed','id':'1'}")
                .expectLike("{'type':'published','id':'2'}")
                .expectLike("{'type':'pong','id':'3'}")
                .expectMessage("a:1", "1");
    }

    @Test
    void theApplicationIsAskedOnAThreadOfItsOwn() {
        TestHub steps = TestHub.with().unsettled().open();
        steps.hub().authorize(request -> Authorization.allow());
        FakeClient client = steps.client().token(aTokenFor("alice")).connects();
        steps.settle();

        client.sends("{'type':'subscribe','channel':'a:1'}");

        assertThat(steps.authorizers.pending()).isEqualTo(1);
    }

    @Test
    void commandsBeyondTheBoundAreRefusedWhileOneWaits() {
        TestHub steps =
                TestHub.with().unsettled().messagesPerSecond(10_000, 10_000).open();
        steps.hub().authorize(request -> Authorization.allow());
        FakeClient client = steps.client().token(aTokenFor("alice")).connects();
        steps.settle();
        client.greeted();

        client.sends("{'type':'subscribe','channel':'a:1'}");
        for (int i = 0; i <= Client.MAX_QUEUED; i++) {
            client.sends("{'type':'ping','id':'" + i + "'}");
        }
        steps.settle();

        client.expectLike("{'type':'error','code':'unavailable','id':'" + Client.MAX_QUEUED + "','retry':1000}")
                .expectLike("{'type':'subscribed'}")
                .expectLike("{'type':'pong','id':'0'}");
    }

    @Test
    void anAnswerThatDoesNotComeIsNotWaitedForWithoutEnd() {
        TestHub steps = TestHub.with().unsettled().open();
        steps.hub().authorize(request -> Authorization.allow());
        FakeClient client = steps.client().token(aTokenFor("alice")).connects();
        steps.settle();
        client.greeted();
        client.sends("{'type':'subscribe','id':'1','channel':'a:1'}");
        client.sends("{'type':'ping','id':'2'}");

        steps.timer.pass(Duration.ofSeconds(6), steps.writers::runAll);

        client.expectLike("{'type':'error','id':'1','code':'unavailable'}").expectLike("{'type':'pong','id':'2'}");
        steps.settle();
        client.expectNothing();
    }

    @Test
    void aRuleThatFailsIsAnInternalErrorAndAllowsNothing() {
        rule(request -> {
            throw new IllegalStateException("the database is away");
        });
        FakeClient client = client(aTokenFor("alice"));

        client.sends("{'type':'subscribe','channel':'a:1'}");

        JsonObject error = client.next();
        assertThat(error.getString("code")).isEqualTo("internal");
        assertThat(error.getString("correlation")).isNotEmpty();
        assertThat(error.toString()).doesNotContain("database");
    }

    @Test
    void aTokenThatExpiresWhileTheApplicationThinksCountsAsExpired() {
        TestHub steps = TestHub.with().unsettled().open();
        steps.hub().authorize(request -> Authorization.abstain());
        FakeClient client = steps.client()
                .token(aTokenFor("alice").expiringAfter(Duration.ofSeconds(2)))
                .connects();
        steps.settle();
        client.greeted();
        client.sends("{'type':'subscribe','channel':'a:1'}");

        steps.timer.pass(Duration.ofSeconds(3), steps.writers::runAll);
        steps.settle();

        client.skipPings().expectError("unauthenticated");
    }
}
