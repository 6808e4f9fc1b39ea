package io.kulkul.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A key set at a URL is fetched when a token needs it, kept, and fetched again, not too often, for keys that it lacks. */
class RemoteKeysTest {

    private static final RSAKey FIRST = Keys.rsa(2048, "first");
    private static final RSAKey SECOND = Keys.rsa(2048, "second");

    private final AtomicInteger fetches = new AtomicInteger();
    private volatile int status = 200;
    private volatile String keys = Keys.jwks(FIRST);
    private HttpServer server;
    private TokenVerifier verifier;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/certs", this::answer);
        server.start();
        verifier = TokenVerifier.open(
                Keys.at("http://127.0.0.1:" + server.getAddress().getPort() + "/certs"), Keys.CLOCK);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        fetches.incrementAndGet();
        byte[] body = keys.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void theKeysAreFetchedByTheFirstTokenAndKept() {
        assertThat(fetches).hasValue(0);

        assertThat(accepts(FIRST)).isTrue();
        assertThat(accepts(FIRST)).isTrue();

        assertThat(fetches).hasValue(1);
    }

    @Test
    void aNewKeyIsFetchedByTheFirstTokenThatNamesIt() {
        assertThat(accepts(FIRST)).isTrue();
        keys = Keys.jwks(FIRST, SECOND);

        assertThat(accepts(SECOND)).isTrue();

        assertThat(fetches).hasValue(2);
    }

    @Test
    void tokensThatNameUnknownKeysNeitherFloodTheServerNorTheLogNorHarmTheOthers() {
        List<LogRecord> logged = new ArrayList<>();
        int refused = recordingTheLog(logged, () -> refusedOf(50, SECOND));

        assertThat(refused).isEqualTo(50);
        assertThat(accepts(FIRST)).isTrue();
        assertThat(fetches).hasValueLessThanOrEqualTo(2);
        assertThat(logged).isEmpty();
    }

    @Test
    void whileTheServerIsAwayTokensAreRefusedAndTheLogSaysWhyButNotForEachOfThem() {
        status = 503;
        List<LogRecord> logged = new ArrayList<>();

        int refused = recordingTheLog(logged, () -> refusedOf(20, FIRST));

        assertThat(refused).isEqualTo(20);
        assertThat(logged)
                .isNotEmpty()
                .hasSizeLessThanOrEqualTo(4)
                .allSatisfy(entry -> assertThat(entry.getMessage()).startsWith("KULKUL0301W"));
    }

    @Test
    void keysThatAreKnownGoOnWhileTheServerIsAway() {
        assertThat(accepts(FIRST)).isTrue();
        status = 503;

        assertThat(accepts(SECOND)).isFalse();

        assertThat(accepts(FIRST)).isTrue();
    }

    @Test
    void aWeakKeyOfTheSetIsNotUsed() {
        RSAKey weak = Keys.rsa(1024, "weak");
        keys = Keys.jwks(FIRST, weak);

        assertThat(accepts(weak)).isFalse();
        assertThat(accepts(FIRST)).isTrue();
    }

    private boolean accepts(JWK signer) {
        return verifier.verify(Keys.token(signer)) instanceof Verification.Accepted;
    }

    private int refusedOf(int count, JWK signer) {
        String token = Keys.token(signer);
        int refused = 0;
        for (int i = 0; i < count; i++) {
            refused += verifier.verify(token) instanceof Verification.Refused ? 1 : 0;
        }
        return refused;
    }

    private static int recordingTheLog(List<LogRecord> into, IntSupplier action) {
        Logger logger = Logger.getLogger(TokenVerifier.class.getName());
        Handler recorder = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                into.add(entry);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(recorder);
        logger.setUseParentHandlers(false);
        try {
            return action.getAsInt();
        } finally {
            logger.removeHandler(recorder);
            logger.setUseParentHandlers(true);
        }
    }
}
