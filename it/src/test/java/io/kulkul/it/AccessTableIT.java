package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.api.UserChannel;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who may do what, as a client sees it: each row is a token, what it is used for, and what comes of it.
 *
 * <p>A token is {@code none}, the permissions of its claim {@code scope} as a string, or those of an array in brackets, separated by
 * commas. The namespace {@code open} is public, and to {@code lobby} clients may publish.
 */
@ExtendWith(ArquillianExtension.class)
class AccessTableIT {
    private static final String NONE = "none";
    private static final String ALLOWED = "allowed";

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }

    @ParameterizedTest(name = "{0}: {1} {2} is {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            # Without a token nothing but what is public can be read, and nothing published.
            none                      | subscribe | orders:1          | unauthenticated
            none                      | history   | orders:1          | unauthenticated
            none                      | presence  | orders:1          | unauthenticated
            none                      | publish   | orders:1          | unauthenticated
            none                      | subscribe | orders:*          | unauthenticated
            none                      | subscribe | *                 | unauthenticated
            none                      | subscribe | broadcast         | unauthenticated
            none                      | subscribe | $sys:stats        | unauthenticated
            none                      | publish   | $sys:stats        | unauthenticated
            none                      | subscribe | user:me           | unauthenticated
            none                      | publish   | user:me           | unauthenticated
            none                      | subscribe | user:ada          | unauthenticated
            none                      | subscribe | open:board        | allowed
            none                      | subscribe | open              | allowed
            none                      | subscribe | open:*            | allowed
            none                      | subscribe | open:*:news       | allowed
            none                      | history   | open:board        | allowed
            none                      | presence  | open:board        | allowed
            none                      | publish   | open:board        | unauthenticated
            none                      | subscribe | opening:board     | unauthenticated
            none                      | subscribe | *:board           | unauthenticated
            none                      | subscribe | lobby:1           | unauthenticated
            none                      | publish   | lobby:1           | unauthenticated
            # A token that says nothing allows nothing else than that.
            ""                        | subscribe | orders:1          | forbidden
            ""                        | history   | orders:1          | forbidden
            ""                        | presence  | orders:1          | forbidden
            ""                        | publish   | orders:1          | forbidden
            ""                        | subscribe | broadcast         | forbidden
            ""                        | subscribe | open:board        | allowed
            ""                        | subscribe | open:*            | allowed
            ""                        | history   | open:board        | allowed
            ""                        | publish   | open:board        | forbidden
            ""                        | publish   | lobby:1           | allowed
            ""                        | subscribe | lobby:1           | forbidden
            ""                        | history   | lobby:1           | forbidden
            ""                        | publish   | lobbying:1        | forbidden
            # Nor does one whose words are no permissions.
            openid profile email      | subscribe | orders:1          | forbidden
            subscribe                 | subscribe | orders:1          | forbidden
            subscribe:                | subscribe | orders:1          | forbidden
            :orders:1                 | subscribe | orders:1          | forbidden
            *                         | subscribe | orders:1          | forbidden
            *:*                       | subscribe | orders:1          | forbidden
            write:orders:1            | publish   | orders:1          | forbidden
            SUBSCRIBE:orders:1        | subscribe | orders:1          | forbidden
            Admin                     | subscribe | orders:1          | forbidden
            admin:orders:1            | subscribe | orders:1          | forbidden
            administrator             | subscribe | orders:1          | forbidden
            subscribe:ord*            | subscribe | orders:1          | forbidden
            subscribe:orders:1*       | subscribe | orders:12         | forbidden
            subscribe:orders:1,admin  | subscribe | orders:1          | forbidden
            # One channel.
            subscribe:orders:1        | subscribe | orders:1          | allowed
            subscribe:orders:1        | history   | orders:1          | allowed
            subscribe:orders:1        | presence  | orders:1          | allowed
            subscribe:orders:1        | publish   | orders:1          | forbidden
            subscribe:orders:1        | subscribe | orders:2          | forbidden
            subscribe:orders:1        | subscribe | orders:1:items    | forbidden
            subscribe:orders:1        | subscribe | orders            | forbidden
            subscribe:orders:1        | subscribe | Orders:1          | forbidden
            subscribe:orders:1        | subscribe | orders:*          | forbidden
            publish:chat:42           | publish   | chat:42           | allowed
            publish:chat:42           | publish   | chat:43           | forbidden
            publish:chat:42           | publish   | chat:42:7         | forbidden
            publish:chat:42           | subscribe | chat:42           | forbidden
            publish:chat:42           | history   | chat:42           | forbidden
            publish:chat:42           | presence  | chat:42           | forbidden
            presence:a:1              | presence  | a:1               | allowed
            presence:a:1              | presence  | a:2               | forbidden
            presence:a:1              | history   | a:1               | forbidden
            presence:a:1              | subscribe | a:1               | forbidden
            # All channels below a name.
            subscribe:orders:*        | subscribe | orders:1          | allowed
            subscribe:orders:*        | subscribe | orders:1:items    | allowed
            subscribe:orders:*        | subscribe | orders:*          | allowed
            subscribe:orders:*        | subscribe | orders:1:*        | allowed
            subscribe:orders:*        | subscribe | orders:*:items    | allowed
            subscribe:orders:*        | history   | orders:1          | allowed
            subscribe:orders:*        | presence  | orders:1          | allowed
            subscribe:orders:*        | subscribe | orders            | forbidden
            subscribe:orders:*        | subscribe | orders.1          | forbidden
            subscribe:orders:*        | subscribe | ordersx:1         | forbidden
            subscribe:orders:*        | subscribe | *                 | forbidden
            subscribe:orders:*        | subscribe | *:1               | forbidden
            subscribe:orders:*        | publish   | orders:1          | forbidden
            history:a:*               | history   | a:1               | allowed
            history:a:*               | history   | b:1               | forbidden
            history:a:*               | subscribe | a:1               | forbidden
            history:a:*               | presence  | a:1               | forbidden
            # A star for one segment.
            subscribe:agent:*:status  | subscribe | agent:7:status    | allowed
            subscribe:agent:*:status  | history   | agent:7:status    | allowed
            subscribe:agent:*:status  | subscribe | agent:*:status    | allowed
            subscribe:agent:*:status  | subscribe | agent:7:log       | forbidden
            subscribe:agent:*:status  | subscribe | agent:7:status:x  | forbidden
            subscribe:agent:*:status  | subscribe | agent:7:8:status  | forbidden
            subscribe:agent:*:status  | subscribe | agent:*           | forbidden
            subscribe:agent:*:status  | subscribe | agent:*:*         | forbidden
            subscribe:repo:octo-org/* | subscribe | repo:octo-org/one | allowed
            subscribe:repo:octo-org/* | subscribe | repo:octo-org/*   | allowed
            subscribe:repo:octo-org/* | subscribe | repo:octo-org/a/b | forbidden
            subscribe:repo:octo-org/* | subscribe | repo:octo-org:one | forbidden
            subscribe:repo:octo-org/* | subscribe | repo:*            | forbidden
            subscribe:*:news          | subscribe | town:news         | allowed
            subscribe:*:news          | subscribe | town:ads          | forbidden
            subscribe:*:news          | subscribe | *:news            | allowed
            publish:chat:*:in         | publish   | chat:1:in         | allowed
            publish:chat:*:in         | publish   | chat:1:out        | forbidden
            # Every channel.
            subscribe:*               | subscribe | orders:1          | allowed
            subscribe:*               | subscribe | orders:*          | allowed
            subscribe:*               | history   | orders:1          | allowed
            subscribe:*               | presence  | orders:1          | allowed
            subscribe:*               | subscribe | user:ada          | allowed
            subscribe:*               | subscribe | broadcast         | allowed
            subscribe:*               | subscribe | *                 | forbidden
            subscribe:*               | subscribe | $sys:stats        | forbidden
            subscribe:*               | subscribe | $sys:*            | forbidden
            subscribe:*               | history   | $sys:stats        | forbidden
            subscribe:*               | publish   | orders:1          | forbidden
            publish:*                 | publish   | orders:1          | allowed
            publish:*                 | publish   | user:ada          | allowed
            publish:*                 | publish   | broadcast         | allowed
            publish:*                 | publish   | $sys:stats        | forbidden
            publish:*                 | subscribe | orders:1          | forbidden
            subscribe:$sys:stats      | subscribe | $sys:stats        | allowed
            subscribe:$sys:*          | subscribe | $sys:stats        | allowed
            publish:$sys:*            | publish   | $sys:stats        | forbidden
            # Several permissions, in each of the claim's forms.
            subscribe:a:1 publish:b:1 | subscribe | a:1               | allowed
            subscribe:a:1 publish:b:1 | publish   | b:1               | allowed
            subscribe:a:1 publish:b:1 | publish   | a:1               | forbidden
            openid subscribe:a:1      | subscribe | a:1               | allowed
            [subscribe:a:1,publish:b] | subscribe | a:1               | allowed
            [subscribe:a:1,publish:b] | publish   | b                 | allowed
            [subscribe:a:1,publish:b] | publish   | a:1               | forbidden
            [admin]                   | subscribe | *                 | allowed
            [subscribe:a:1 admin]     | subscribe | a:1               | forbidden
            # An operator.
            admin                     | subscribe | orders:1          | allowed
            admin                     | subscribe | *                 | allowed
            admin                     | subscribe | *:news            | allowed
            admin                     | subscribe | $sys:stats        | allowed
            admin                     | subscribe | user:ada          | allowed
            admin                     | history   | orders:1          | allowed
            admin                     | presence  | orders:1          | allowed
            admin                     | publish   | orders:1          | allowed
            admin                     | publish   | user:ada          | allowed
            admin                     | publish   | $sys:stats        | forbidden
            openid admin              | subscribe | *                 | allowed
            # What is no channel is said to be none, whoever asks for it.
            none                      | subscribe | a b               | bad_channel
            none                      | publish   | a b               | bad_channel
            ""                        | subscribe | \u00e4            | bad_channel
            ""                        | subscribe | a:*b              | bad_channel
            subscribe:*               | subscribe | a:**              | bad_channel
            subscribe:*               | history   | orders:*          | bad_channel
            subscribe:*               | presence  | orders:*          | bad_channel
            subscribe:*               | presence  | a,b               | bad_channel
            publish:*                 | publish   | orders:*          | bad_channel
            publish:*                 | publish   | *                 | bad_channel
            admin                     | subscribe | $                 | bad_channel
            admin                     | subscribe | a$b               | bad_channel
            admin                     | publish   | a?b               | bad_channel
            """)
    void whatATokenAllows(String token, String operation, String channel, String outcome) {
        assertOutcome("ada-" + UUID.randomUUID(), token, operation, channel, outcome);
    }

    /** In the channel's name {@code {own}} stands for the caller's own channel, and {@code {other}} for that of another user. */
    @ParameterizedTest(name = "{0} with {1}: {2} {3} is {4}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            ada         | ""               | subscribe | user:me       | allowed
            ada         | ""               | history   | user:me       | allowed
            ada         | ""               | presence  | user:me       | allowed
            ada         | ""               | publish   | user:me       | allowed
            ada         | ""               | subscribe | {own}         | allowed
            ada         | ""               | history   | {own}         | allowed
            ada         | ""               | publish   | {own}         | allowed
            ada         | ""               | subscribe | {own}:desk    | forbidden
            ada         | ""               | subscribe | {own}:*       | forbidden
            ada         | ""               | subscribe | user:*        | forbidden
            ada         | ""               | subscribe | user          | forbidden
            ada         | ""               | subscribe | {other}       | forbidden
            ada         | ""               | history   | {other}       | forbidden
            ada         | ""               | presence  | {other}       | forbidden
            ada         | ""               | publish   | {other}       | forbidden
            ada         | subscribe:user:* | subscribe | {other}       | allowed
            ada         | subscribe:user:* | subscribe | user:*        | allowed
            ada         | subscribe:user:* | publish   | {other}       | forbidden
            ada         | publish:user:*   | publish   | {other}       | allowed
            ada         | admin            | subscribe | {other}       | allowed
            ada@b.example | ""             | subscribe | user:me       | allowed
            ada@b.example | ""             | subscribe | {own}         | allowed
            ada@b.example | ""             | publish   | {own}         | allowed
            ada@b.example | ""             | subscribe | {other}       | forbidden
            ada@b.example | ""             | subscribe | user:ada@b.example | bad_channel
            Ada Lovelace  | ""             | subscribe | user:me       | allowed
            auth0/ada.x:1 | ""             | subscribe | {own}         | allowed
            *             | ""             | subscribe | user:me       | allowed
            *             | ""             | subscribe | user:*        | forbidden
            """)
    void whatAUserMayDoWithUsersChannels(String name, String token, String operation, String channel, String outcome) {
        String user = name.equals("*") ? name : name + "-" + UUID.randomUUID();
        String named =
                channel.replace("{own}", UserChannel.of(user)).replace("{other}", UserChannel.of(user + "@other"));

        assertOutcome(user, token, operation, named, outcome);
    }

    /** Somebody who can choose a name at the login must not get another's channel by it. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"base64:YWRhQGIuZXhhbXBsZQ, ada@b.example", "me, ada"})
    void aUserWhoIsCalledLikeAnothersChannelHasAnother(String impostor, String victim) {
        assertOutcome(impostor, "", "subscribe", UserChannel.of(victim), "forbidden");
        assertOutcome(impostor, "", "subscribe", "user:me", ALLOWED);
        assertThat(UserChannel.of(impostor)).isNotEqualTo(UserChannel.of(victim));
    }

    private static void assertOutcome(String user, String scope, String operation, String channel, String outcome) {
        try (KulkulClient client = connect(user, scope)) {
            String command = Json.createObjectBuilder()
                    .add("type", operation)
                    .add("channel", channel)
                    .add("event", "note")
                    .add("payload", 1)
                    .build()
                    .toString();

            JsonObject reply = client.ask(command);

            assertThat(reply.getString("code", reply.getString("type")))
                    .as(reply.toString())
                    .isEqualTo(outcome.equals(ALLOWED) ? success(operation) : outcome);
            assertThat(client.ask("{'type':'ping'}").getString("type")).isEqualTo("pong");
        }
    }

    /** This version has no presence yet; whoever may see it is told so. */
    private static String success(String operation) {
        return switch (operation) {
            case "subscribe" -> "subscribed";
            case "publish" -> "published";
            case "presence" -> "unavailable";
            default -> operation;
        };
    }

    private static KulkulClient connect(String user, String scope) {
        KulkulClient.Handshake handshake = KulkulClient.to("/ws");
        if (!scope.equals(NONE)) {
            handshake.withToken(
                    Tokens.forUser(user).claim("scope", claim(scope)).token());
        }
        KulkulClient client = handshake.connect();
        client.expect("connected");
        return client;
    }

    private static Object claim(String scope) {
        return scope.startsWith("[") ? entries(scope) : scope;
    }

    private static List<String> entries(String array) {
        return Arrays.asList(array.substring(1, array.length() - 1).split(",", -1));
    }
}
