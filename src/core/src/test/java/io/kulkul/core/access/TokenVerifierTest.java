package io.kulkul.core.access;

import static io.kulkul.core.access.Keys.EC;
import static io.kulkul.core.access.Keys.NOW;
import static io.kulkul.core.access.Keys.RSA;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import io.kulkul.core.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A token is accepted only if everything that the settings ask for is right about it. */
class TokenVerifierTest {

    private static final TokenVerifier VERIFIER = verifier(Keys.text(Keys.pem(RSA)));

    @Test
    void aGoodTokenSaysWhoTheCallerIs() {
        Verification verification = verify(claims -> claims.claim("tenant", "acme")
                .claim("scope", "publish:orders  admin")
                .jwtID("token-1"));

        assertThat(verification)
                .isEqualTo(new Verification.Accepted(new Caller(
                        "alice",
                        "acme",
                        new Permissions(Set.of("publish:orders", "admin")),
                        Set.of(),
                        null,
                        NOW.plus(Duration.ofHours(1)),
                        "token-1")));
    }

    @Test
    void es256IsAcceptedAsWell() {
        assertAccepted(verifier(Keys.text(Keys.pem(EC))).verify(Keys.token(EC)));
    }

    @Test
    void permissionsMayBeAnArray() {
        Verification verification = verify(claims -> claims.claim("scope", List.of("publish:a", "publish:b")));

        assertThat(caller(verification).permissions().entries()).containsExactlyInAnyOrder("publish:a", "publish:b");
    }

    @Test
    void aBlankScopeGivesNoPermissions() {
        assertThat(caller(verify(claims -> claims.claim("scope", " ")))
                        .permissions()
                        .entries())
                .isEmpty();
    }

    @Test
    void tenantAndPermissionsAreReadFromTheClaimsThatTheSettingsName() {
        TokenVerifier verifier = verifier(new TokenSettings(
                Keys.pem(RSA), null, null, null, Set.of(), Duration.ZERO, null, "org", "groups", Map.of()));

        Caller caller = caller(verifier.verify(
                Keys.token(RSA, claims -> claims.claim("org", "acme").claim("groups", List.of("admin")))));

        assertThat(caller.tenant()).isEqualTo("acme");
        assertThat(caller.administrator()).isTrue();
    }

    @Test
    void upnNamesTheUserWhereSubDoesNot() {
        assertThat(caller(verify(claims -> claims.subject(null).claim("upn", "bob")))
                        .user())
                .isEqualTo("bob");
    }

    @Test
    void aTokenOfNobodyIsRefused() {
        assertRefused(verify(claims -> claims.subject(null)), ErrorCode.TOKEN_INVALID);
        assertRefused(verify(claims -> claims.subject(" ")), ErrorCode.TOKEN_INVALID);
    }

    @Test
    void aTokenWithoutAnEndIsRefused() {
        assertRefused(verify(claims -> claims.expirationTime(null)), ErrorCode.TOKEN_INVALID);
    }

    @Test
    void aTokenIsGoodUntilItsEndAndTheSkewIsOver() {
        assertAccepted(verify(claims -> claims.expirationTime(secondsFromNow(-4))));
        assertRefused(verify(claims -> claims.expirationTime(secondsFromNow(-5))), ErrorCode.TOKEN_EXPIRED);
    }

    @Test
    void aTokenIsNotGoodBeforeItsBeginning() {
        assertAccepted(verify(claims -> claims.notBeforeTime(secondsFromNow(5))));
        assertRefused(verify(claims -> claims.notBeforeTime(secondsFromNow(6))), ErrorCode.TOKEN_INVALID);
    }

    @Test
    void onlyTheConfiguredIssuerIsAccepted() {
        TokenVerifier verifier = verifier(new TokenSettings(
                Keys.pem(RSA), null, null, "us", Set.of(), Duration.ZERO, null, "tenant", "scope", Map.of()));

        assertAccepted(verifier.verify(Keys.token(RSA, claims -> claims.issuer("us"))));
        assertRefused(verifier.verify(Keys.token(RSA, claims -> claims.issuer("them"))), ErrorCode.TOKEN_INVALID);
        assertRefused(verifier.verify(Keys.token(RSA)), ErrorCode.TOKEN_INVALID);
    }

    @Test
    void oneOfTheConfiguredAudiencesIsNeeded() {
        TokenVerifier verifier = verifier(new TokenSettings(
                Keys.pem(RSA),
                null,
                null,
                null,
                Set.of("live", "shop"),
                Duration.ZERO,
                null,
                "tenant",
                "scope",
                Map.of()));

        assertAccepted(verifier.verify(Keys.token(RSA, claims -> claims.audience(List.of("other", "shop")))));
        assertRefused(verifier.verify(Keys.token(RSA, claims -> claims.audience("other"))), ErrorCode.TOKEN_INVALID);
        assertRefused(verifier.verify(Keys.token(RSA)), ErrorCode.TOKEN_INVALID);
    }

    @Test
    void aLimitOnTheAgeHoldsWhateverTheEndOfTheToken() {
        TokenVerifier verifier = limitedToAMinute();

        assertAccepted(verifier.verify(Keys.token(RSA, claims -> claims.issueTime(secondsFromNow(-60)))));
        assertRefused(
                verifier.verify(Keys.token(RSA, claims -> claims.issueTime(secondsFromNow(-61)))),
                ErrorCode.TOKEN_EXPIRED);
    }

    @Test
    void aLimitOnTheAgeIsNotEvadedByATimeOfIssueThatIsMissingOrInTheFuture() {
        TokenVerifier verifier = limitedToAMinute();

        assertRefused(verifier.verify(Keys.token(RSA)), ErrorCode.TOKEN_EXPIRED);
        assertRefused(
                verifier.verify(Keys.token(RSA, claims -> claims.issueTime(secondsFromNow(1800)))),
                ErrorCode.TOKEN_EXPIRED);
    }

    @Test
    void aClaimOfTheWrongTypeIsRefusedAndNotSwallowed() {
        assertRefused(verify(claims -> claims.claim("tenant", 7)), ErrorCode.TOKEN_INVALID);
    }

    @Test
    void aForeignKeysSignatureIsRefused() {
        assertRefused(VERIFIER.verify(Keys.token(Keys.rsa(2048, null))), ErrorCode.TOKEN_INVALID);
    }

    @Test
    void aTokenThatWasChangedIsRefused() {
        String[] good = Keys.token(RSA).split("\\.", -1);
        String[] other = Keys.token(RSA, claims -> claims.subject("mallory")).split("\\.", -1);

        assertRefused(VERIFIER.verify(good[0] + "." + other[1] + "." + good[2]), ErrorCode.TOKEN_INVALID);
    }

    @Test
    void aTokenWithoutASignatureIsRefused() {
        JWTClaimsSet claims = Keys.claims(same -> same);
        String none = new PlainJWT(claims).serialize();

        assertRefused(VERIFIER.verify(none), ErrorCode.TOKEN_INVALID);
        assertRefused(VERIFIER.verify(Keys.token(RSA).replaceFirst("\\.[^.]*$", ".")), ErrorCode.TOKEN_INVALID);
    }

    @Test
    void thePublicKeyIsNoSecretToSignWith() throws JOSEException {
        JWSHeader header = new JWSHeader(JWSAlgorithm.HS256);
        for (String text : List.of(Keys.pem(RSA), Keys.pem(RSA).strip(), Keys.jwk(RSA))) {
            MACSigner signer = new MACSigner(text.getBytes(StandardCharsets.UTF_8));

            assertRefused(
                    VERIFIER.verify(Keys.sign(header, signer, Keys.claims(same -> same))), ErrorCode.TOKEN_INVALID);
        }
    }

    @Test
    void otherAlgorithmsOfTheSameKeyAreRefused() {
        for (JWSAlgorithm other : List.of(JWSAlgorithm.RS384, JWSAlgorithm.RS512, JWSAlgorithm.PS256)) {
            assertRefused(
                    VERIFIER.verify(Keys.token(new JWSHeader(other), RSA, Keys.claims(same -> same))),
                    ErrorCode.TOKEN_INVALID);
        }
    }

    @Test
    void aKeyThatTheTokenBringsAlongIsNotUsed() {
        RSAKey own = Keys.rsa(2048, null);
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.RS256).jwk(own.toPublicJWK()).build();

        assertRefused(VERIFIER.verify(Keys.token(header, own, Keys.claims(same -> same))), ErrorCode.TOKEN_INVALID);
    }

    @Test
    void anExtensionThatIsCriticalAndUnknownIsRefused() {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .criticalParams(Set.of("unheard-of"))
                .customParam("unheard-of", true)
                .build();

        assertRefused(VERIFIER.verify(Keys.token(header, RSA, Keys.claims(same -> same))), ErrorCode.TOKEN_INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "...",
                "a.b.c",
                "not a token",
                "eyJhbGciOiJSUzI1NiJ9..",
                "eyJhbGciOiJSUzI1NiJ9.bm8ganNvbg.AAAA",
                "e30.e30.AAAA",
                "\u0000.\uD800.\u2028"
            })
    void junkIsRefused(String junk) {
        assertRefused(VERIFIER.verify(junk), ErrorCode.TOKEN_INVALID);
    }

    @Test
    void aDeeplyNestedHeaderIsRefusedAndCostsNoStack() {
        String nested = "{\"alg\":\"RS256\",\"a\":" + "[".repeat(9_000) + "]".repeat(1) + "}";
        String header = Base64.getUrlEncoder().withoutPadding().encodeToString(nested.getBytes(StandardCharsets.UTF_8));

        assertRefused(VERIFIER.verify(header + ".e30.AAAA"), ErrorCode.TOKEN_INVALID);
    }

    @Test
    void anOverlongTokenIsRefusedBeforeItIsParsed() {
        String token = Keys.token(RSA, claims -> claims.claim("long", "x".repeat(TokenVerifier.MAX_LENGTH)));

        assertThat(refused(VERIFIER.verify(token)).reason()).contains("longer than 16384 characters");
    }

    @Test
    void aReasonHoldsNothingOfTheToken() {
        String token =
                Keys.token(RSA, claims -> claims.subject("alice-in-person").expirationTime(secondsFromNow(-60)));

        assertThat(refused(VERIFIER.verify(token)).reason()).doesNotContain("alice", token.substring(0, 20));
    }

    @Test
    void withoutAKeyEveryTokenIsRefusedAndTheReasonSaysSo() {
        Verification.Refused refused =
                refused(TokenVerifier.open(Keys.NONE, Keys.CLOCK).verify(Keys.token(RSA)));

        assertThat(refused.code()).isEqualTo(ErrorCode.TOKEN_INVALID);
        assertThat(refused.reason()).contains("no key is configured");
    }

    private static TokenVerifier limitedToAMinute() {
        return verifier(new TokenSettings(
                Keys.pem(RSA),
                null,
                null,
                null,
                Set.of(),
                Duration.ZERO,
                Duration.ofMinutes(1),
                "tenant",
                "scope",
                Map.of()));
    }

    private static TokenVerifier verifier(TokenSettings settings) {
        return TokenVerifier.open(settings, Keys.CLOCK);
    }

    private static Verification verify(UnaryOperator<JWTClaimsSet.Builder> change) {
        return VERIFIER.verify(Keys.token(RSA, change));
    }

    private static Date secondsFromNow(long seconds) {
        Instant time = NOW.plusSeconds(seconds);
        return Date.from(time);
    }

    private static Caller caller(Verification verification) {
        assertAccepted(verification);
        return ((Verification.Accepted) verification).caller();
    }

    private static Verification.Refused refused(Verification verification) {
        assertThat(verification).isInstanceOf(Verification.Refused.class);
        return (Verification.Refused) verification;
    }

    private static void assertAccepted(Verification verification) {
        assertThat(verification).isInstanceOf(Verification.Accepted.class);
    }

    private static void assertRefused(Verification verification, ErrorCode code) {
        assertThat(refused(verification).code()).isEqualTo(code);
    }
}
