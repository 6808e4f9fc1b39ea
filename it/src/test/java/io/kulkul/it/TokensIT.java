package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.jwk.JWKSet;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
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
 * Tokens that are none or not good, in each place where a token can come: each is refused, and leaves one line in the log without
 * anything of the token.
 */
@ExtendWith(ArquillianExtension.class)
class TokensIT {
    private static final String REFUSED = "KULKUL0303W";

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

    /** Each with the code of its error. */
    static Stream<Arguments> badTokens() {
        return Stream.of(
                bad("unsigned", eve().unsignedToken(), "token_invalid"),
                bad("signed with the public key as if it were a secret", eve().tokenSignedWithPublicKey()),
                bad("signed by a stranger", eve().signedBy(new TestKey()).token()),
                bad(
                        "signed with a key that nobody knows",
                        eve().signedBy(new TestKey()).namingKey("unknown").token()),
                bad("without a signature", withoutSignature(eve().token())),
                bad(
                        "with another token's claims",
                        withClaimsOf(eve().token(), eve().withScope("admin").token())),
                bad("for another audience", eve().forAudience("another").token()),
                bad("without an audience", eve().claim("aud", null).token()),
                bad("of another issuer", eve().fromIssuer("another").token()),
                bad("without an issuer", eve().fromIssuer(null).token()),
                bad("expired", eve().expiringIn(Duration.ofMinutes(-1)).token(), "token_expired"),
                bad("without an end", eve().claim("exp", null).token()),
                bad("not good yet", eve().notBefore(Duration.ofMinutes(10)).token()),
                bad(
                        "without a user",
                        eve().claim("sub", null).claim("upn", null).token()),
                bad("of a tenant that cannot be", eve().inTenant("a b").token()),
                bad(
                        "longer than a token may be",
                        eve().claim("long", "x".repeat(15_000)).token()),
                bad("garbage", "garbage-" + UUID.randomUUID()),
                bad("garbage with dots", UUID.randomUUID() + "." + UUID.randomUUID() + "." + UUID.randomUUID()));
    }

    private static Tokens eve() {
        return Tokens.forUser("eve").withScope("admin");
    }

    private static Arguments bad(String name, String token) {
        return bad(name, token, "token_invalid");
    }

    private static Arguments bad(String name, String token, String code) {
        return arguments(name, token, code);
    }

    private static String withoutSignature(String token) {
        return token.substring(0, token.lastIndexOf('.') + 1);
    }

    private static String withClaimsOf(String token, String other) {
        String[] parts = token.split("\\.", -1);
        return parts[0] + '.' + other.split("\\.", -1)[1] + '.' + parts[2];
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTokens")
    void aBadTokenOfARequestIsAnsweredWith401(String name, String token, String code) throws Exception {
        HttpResponse<String> response = new KulkulApi(token).get("/api/channels");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(401);
        assertThat(KulkulClient.parse(response.body()).asJsonObject().getString("code"))
                .isEqualTo(code);
        assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("Bearer error=\"invalid_token\"");
        assertThat(response.body()).doesNotContain(telling(token));
        assertLoggedOnceWithoutTheToken(token, code);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTokens")
    void aBadTokenInTheHandshakesHeaderClosesTheConnection(String name, String token, String code) throws Exception {
        KulkulClient client = connect(KulkulClient.to("/ws").withToken(token));

        assertRefusedAndClosed(client, token, code);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTokens")
    void aBadTokenInTheQueryClosesTheConnection(String name, String token, String code) throws Exception {
        KulkulClient client = connect(KulkulClient.to("/ws?token=" + token));

        assertRefusedAndClosed(client, token, code);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTokens")
    void aBadTokenInAMessageIsAnErrorAndLeavesTheConnectionOpen(String name, String token, String code)
            throws Exception {
        KulkulClient client = connect(KulkulClient.to("/ws"));

        JsonObject error = client.ask(authenticate(token));

        assertThat(error.getString("type")).isEqualTo("error");
        assertThat(error.getString("code")).isEqualTo(code);
        assertThat(error.toString()).doesNotContain(telling(token));
        assertThat(client.ask("{'type':'ping'}").getString("type")).isEqualTo("pong");
        assertThat(client.ask("{'type':'subscribe','channel':'orders:1'}").getString("code"))
                .isEqualTo("unauthenticated");
        assertLoggedOnceWithoutTheToken(token, code);
    }

    private static String authenticate(String token) {
        return Json.createObjectBuilder()
                .add("type", "authenticate")
                .add("token", token)
                .build()
                .toString();
    }

    private KulkulClient connect(KulkulClient.Handshake handshake) {
        KulkulClient client = handshake.connect();
        clients.add(client);
        return client;
    }

    /** It is not even greeted. */
    private void assertRefusedAndClosed(KulkulClient client, String token, String code) throws IOException {
        JsonObject error = client.expectError(code);
        client.expectClose(4401);
        assertThat(error.toString()).doesNotContain(telling(token));
        assertThat(client.unexpected()).isEmpty();
        assertLoggedOnceWithoutTheToken(token, code);
    }

    private void assertLoggedOnceWithoutTheToken(String token, String code) throws IOException {
        assertThat(log.linesWith(REFUSED)).singleElement().asString().contains("(" + code + ")");
        assertThat(ServerLog.filesWith(telling(token))).isEmpty();
    }

    /** The part of a token that makes it good, and that nobody may come across: its signature, or its claims where it has none. */
    private static String telling(String token) {
        String signed = token.endsWith(".") ? token.substring(0, token.length() - 1) : token;
        String last = signed.substring(signed.lastIndexOf('.') + 1);
        return last.substring(0, Math.min(200, last.length()));
    }

    // Tokens so long that the server in front of the hub already takes no header and no query with them

    @Test
    void aTokenOfAHundredThousandCharactersInAHeaderOrAQueryIsABadRequest() throws Exception {
        String token = longToken();

        assertThat(new KulkulApi(token).get("/api/channels").statusCode()).isEqualTo(400);
        assertThat(KulkulClient.to("/ws").withToken(token).refusal()).isEqualTo(400);
        assertThat(KulkulClient.to("/ws?token=" + token).refusal()).isEqualTo(400);

        assertThat(ServerLog.filesWith(telling(token))).isEmpty();
        assertThat(ServerLog.filesWith(token.substring(0, 200))).isEmpty();
    }

    private static String longToken() {
        String token = eve().claim("long", "x".repeat(75_000)).token();
        assertThat(token).hasSizeGreaterThan(100_000);
        return token;
    }

    @Test
    void aTokenOfAHundredThousandCharactersInAMessageIsRefused() throws Exception {
        String token = longToken();
        KulkulClient client = connect(KulkulClient.to("/ws"));

        assertThat(client.ask(authenticate(token)).getString("code")).isEqualTo("token_invalid");

        assertThat(client.ask("{'type':'ping'}").getString("type")).isEqualTo("pong");
        assertLoggedOnceWithoutTheToken(token, "token_invalid");
    }

    /** Announced, not sent: the server closes at the announcement, and a client that goes on writing finds its socket broken. */
    @Test
    void aTokenOfFiveMegabytesClosesTheConnection() throws Exception {
        String beginning = "x".repeat(100_000);
        String frame = authenticate(beginning);
        try (RawWebSocket client = new RawWebSocket("/ws", "Accept-Language: en")) {
            client.frame(RawWebSocket.TEXT, frame.substring(0, 100_000).getBytes(StandardCharsets.US_ASCII))
                    .announce(RawWebSocket.FINAL | RawWebSocket.CONTINUATION, 4_900_000);

            assertThat(client.closeCode()).isEqualTo(1009);
        }
        assertThat(ServerLog.filesWith(telling(beginning))).isEmpty();
    }

    // Two tokens

    @Test
    void twoAuthorizationHeadersAreRefusedAlthoughBothAreGood() throws Exception {
        String token = Tokens.forAdministrator().token();
        HttpRequest request = HttpRequest.newBuilder(ServerUnderTest.http("/api/channels"))
                .header("Authorization", "Bearer " + token)
                .header("Authorization", "Bearer " + token)
                .build();

        HttpResponse<String> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());

        assertThat(response.statusCode()).as(response.body()).isEqualTo(401);
        assertThat(KulkulClient.to("/ws")
                        .withToken(token)
                        .withHeader("Authorization", "Bearer " + token)
                        .refusal())
                .isEqualTo(401);
        assertThat(log.linesWith(REFUSED)).hasSize(2);
        assertThat(ServerLog.filesWith(telling(token))).isEmpty();
    }

    @Test
    void twoTokensInOneHeaderAreRefused() throws Exception {
        String token = Tokens.forAdministrator().token();
        String two = token + ", Bearer " + token;

        assertThat(new KulkulApi(two).get("/api/channels").statusCode()).isEqualTo(401);
        assertLoggedOnceWithoutTheToken(token, "token_invalid");
        KulkulClient client = connect(KulkulClient.to("/ws").withToken(two));
        client.expectError("token_invalid");
        client.expectClose(4401);
        assertThat(ServerLog.filesWith(telling(token))).isEmpty();
    }

    @Test
    void aGoodTokenLeavesNoTraceInTheLog() throws Exception {
        String token = Tokens.forUser("grace").token();

        connect(KulkulClient.to("/ws?token=" + token)).expect("connected");
        connect(KulkulClient.to("/ws").withToken(token)).expect("connected");
        assertThat(connect(KulkulClient.to("/ws")).ask(authenticate(token)).getString("user"))
                .isEqualTo("grace");

        assertThat(log.linesWith(REFUSED)).isEmpty();
        assertThat(ServerLog.filesWith(telling(token))).isEmpty();
    }

    /** Where the token stands in them is a {@code %s}; what the server cannot make sense of, it may complain of in its log. */
    static Stream<String> brokenRequests() {
        String upgrade = "|Upgrade: websocket|Connection: Upgrade";
        String thirteen = upgrade + "|Sec-WebSocket-Version: 13";
        String handshake = thirteen + "|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
        String ws = "GET /ws?token=%s HTTP/1.1";
        return Stream.of(
                ws,
                ws + upgrade,
                ws + thirteen,
                ws + thirteen + "|Sec-WebSocket-Key:",
                ws + upgrade + "|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                ws + upgrade + "|Sec-WebSocket-Version: 12|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                ws + thirteen + "|Sec-WebSocket-Key: short",
                ws + handshake + "|Sec-WebSocket-Extensions: ;;=",
                ws + handshake + "|Sec-WebSocket-Extensions: a;b=\"",
                ws + handshake + "|Sec-WebSocket-Protocol: ,,",
                ws + handshake + "|Sec-WebSocket-Version: 14",
                ws + handshake + "|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                ws + handshake + "|Origin: nonsense",
                ws + handshake + "|Transfer-Encoding: nonsense",
                ws + handshake + "|Cookie: ;;=",
                ws + "|Upgrade: WebSocket, h2c|Connection: Upgrade",
                "GET /ws?token=%s%%zz HTTP/1.1",
                "GET /ws?token=%s%%zz HTTP/1.1" + handshake,
                "GET /ws?token=%s%%ff HTTP/1.1" + handshake,
                "GET /ws?token=%s&&=&%% HTTP/1.1" + handshake,
                "GET /ws/%%zz?token=%s HTTP/1.1" + handshake,
                "GET /ws/%%c3%%28?token=%s HTTP/1.1" + handshake,
                "GET /ws/a/b?token=%s HTTP/1.1" + handshake,
                "GET /ws;a=b?token=%s HTTP/1.1" + handshake,
                "POST /ws?token=%s HTTP/1.1|Content-Length: 0",
                "POST /ws?token=%s HTTP/1.1|Content-Length: 0" + handshake,
                "GET /ws?token=%s HTTP/1.0" + handshake,
                "GET /ws?token=%s HTTP/9.9",
                "GET /ws?token=%s",
                "GET /ws\\?token=%s HTTP/1.1",
                "GET /%%2f/ws?token=%s HTTP/1.1",
                "GET /ws HTTP/1.1|Authorization: Bearer %s" + upgrade,
                "GET /ws?a=%%zz HTTP/1.1|Authorization: Bearer %s" + handshake,
                "GET /api/channels?limit=%%zz HTTP/1.1|Authorization: Bearer %s",
                "GET /api/%%zz HTTP/1.1|Authorization: Bearer %s",
                "POST /api/events HTTP/1.1|Authorization: Bearer %s|Content-Type: nonsense|Content-Length: 0",
                "POST /api/events HTTP/1.1|Authorization: Bearer %s|Content-Length: nonsense",
                "GET /api/channels HTTP/1.1|Authorization: Bearer %s|Accept: nonsense/;;",
                "GET /api/channels HTTP/1.1|Authorization%s");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenRequests")
    void aBrokenRequestLeavesNoTraceOfItsTokenInTheLog(String request) throws Exception {
        String token = Tokens.forAdministrator().token();

        assertThat(answer(request.formatted(token))).startsWith("HTTP/");

        assertThat(ServerLog.filesWith(telling(token))).isEmpty();
    }

    /** Sends a request, lines of which are separated by bars, and drops the socket when the answer begins. */
    private static String answer(String request) throws IOException {
        URI server = ServerUnderTest.http("/");
        String whole = request.replace("|", "\r\n") + "\r\nHost: " + server.getAuthority() + "\r\n\r\n";
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout((int) KulkulClient.PATIENCE.toMillis());
            socket.getOutputStream().write(whole.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes("HTTP/1.1 400".length());
            return new String(answer, StandardCharsets.US_ASCII);
        }
    }

    /** The server writes what it knows of a session into a file when its socket turns out to be broken. */
    @Test
    void aLostConnectionLeavesNoTraceOfItsToken() throws Exception {
        String inHeader = Tokens.forAdministrator().token();
        String inQuery = Tokens.forAdministrator().token();
        String handshake = " HTTP/1.1|Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13"
                + "|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
        for (String request : List.of(
                "GET /ws?a=b" + handshake + "|Authorization: Bearer " + inHeader,
                "GET /ws?a=b&token=" + inQuery + handshake)) {
            for (int i = 0; i < 20; i++) {
                assertThat(answer(request)).isEqualTo("HTTP/1.1 101");
            }
        }

        try (KulkulClient witness = KulkulClient.of("witness")) {
            assertThat(witness.ask("{'type':'ping'}").getString("type")).isEqualTo("pong");
        }
        assertThat(ServerLog.filesWith(telling(inHeader))).isEmpty();
        assertThat(ServerLog.filesWith(telling(inQuery))).isEmpty();
    }

    /** A server with one key as PEM, as the others of these tests are with, takes a token whatever key it names. */
    @Test
    void withAKeySetATokenNamesItsKey() throws Exception {
        TestKey second = new TestKey();
        JWKSet keys = new JWKSet(List.of(TestKey.SERVER_TRUSTS.named("first"), second.named("second")));
        try (SecondServer server = new SecondServer("kulkulKeySet").trusting(keys.toString())) {
            server.start().expectOnConsole("CWWKF0011I");

            assertThat(greeted(server, Tokens.forUser("grace").namingKey("first")))
                    .isTrue();
            assertThat(greeted(server, Tokens.forUser("grace").signedBy(second).namingKey("second")))
                    .isTrue();
            assertThat(greeted(server, eve().namingKey("third"))).isFalse();
            assertThat(greeted(server, eve().namingKey("second"))).isFalse();
            assertThat(greeted(server, eve().signedBy(new TestKey()).namingKey("first")))
                    .isFalse();
        }
    }

    private boolean greeted(SecondServer server, Tokens token) {
        KulkulClient client = connect(KulkulClient.to(server.webSocket("/ws")).withToken(token.token()));
        if (client.expectAny().getString("type").equals("connected")) {
            return true;
        }
        client.expectClose(4401);
        return false;
    }
}
