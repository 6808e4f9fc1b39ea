package io.kulkul.core.access;

import static io.kulkul.core.access.Keys.EC;
import static io.kulkul.core.access.Keys.RSA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys are read in the forms and from the places that MicroProfile JWT names; what cannot be used stops the start. */
class VerificationKeysTest {

    @TempDir
    Path folder;

    static Stream<String> formsOfAKey() {
        return Stream.of(
                Keys.pem(RSA),
                Keys.pem(RSA).replace("\n", ""),
                "\n  " + Keys.pem(RSA),
                Keys.jwk(RSA),
                Keys.jwks(RSA),
                Keys.jwks(EC, RSA),
                base64Url(Keys.jwk(RSA)),
                base64Url(Keys.jwks(RSA)));
    }

    @ParameterizedTest
    @MethodSource("formsOfAKey")
    void aKeyMayBePemJwkOrJwksAndTheLatterInBase64Url(String form) {
        assertAccepts(Keys.text(form), RSA);
    }

    @ParameterizedTest
    @MethodSource("formsOfAKey")
    void everyFormMayStandInAFile(String form) throws IOException {
        assertAccepts(Keys.at(Files.writeString(folder.resolve("key"), form).toString()), RSA);
    }

    @Test
    void aLocationMayBeAFileUrl() throws IOException {
        Path file = Files.writeString(folder.resolve("key with space.pem"), Keys.pem(EC));

        assertAccepts(Keys.at(file.toUri().toString()), EC);
    }

    @ParameterizedTest
    @ValueSource(strings = {"META-INF/key.pem", "/META-INF/key.pem"})
    void aLocationMayBeAResourceOfTheApplication(String location) throws IOException {
        Files.createDirectories(folder.resolve("META-INF"));
        Files.writeString(folder.resolve("META-INF/key.pem"), Keys.pem(RSA));

        withApplicationClasses(() -> assertAccepts(Keys.at(location), RSA));
    }

    @Test
    void aResourceBesideTheLibraryIsFoundWhereTheThreadHasNoLoader() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(null);
        try {
            // A class file is no key, but it was found and read.
            assertThatThrownBy(() -> open(Keys.at("/io/kulkul/core/access/Caller.class")))
                    .hasMessageContaining("holds no public key");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void aTokenFindsItsKeyByItsId() {
        RSAKey first = Keys.rsa(2048, "first");
        RSAKey second = Keys.rsa(2048, "second");

        assertAccepts(Keys.text(Keys.jwks(first, second)), second);
    }

    @Test
    void aTokenThatNamesAnUnknownKeyIsRefused() {
        RSAKey known = Keys.rsa(2048, "known");
        RSAKey renamed = new RSAKey.Builder(known).keyID("unknown").build();

        assertRefuses(Keys.text(Keys.jwks(known, Keys.rsa(2048, "other"))), renamed);
        assertRefuses(Keys.text(Keys.jwk(known)), renamed);
    }

    @Test
    void aKeyWithoutAnIdVerifiesTokensThatNameOne() {
        assertAccepts(
                Keys.text(Keys.pem(RSA)), new RSAKey.Builder(RSA).keyID("any").build());
    }

    @Test
    void onlyTheConfiguredAlgorithmIsAccepted() {
        assertRefuses(Keys.text(Keys.jwks(RSA, EC), "ES256"), RSA);
        assertAccepts(Keys.text(Keys.jwks(RSA, EC), "ES256"), EC);
        assertRefuses(Keys.text(Keys.jwks(RSA, EC), "RS256"), EC);
    }

    @Test
    void keysOfASetThatAreForSomethingElseAreLeftAlone() {
        RSAKey encryption = new RSAKey.Builder(RSA).keyUse(KeyUse.ENCRYPTION).build();
        ECKey otherCurve = Keys.ec(Curve.P_384, null);

        TokenSettings settings = Keys.text(Keys.jwks(encryption, otherCurve, EC));

        assertAccepts(settings, EC);
        assertRefuses(settings, RSA);
    }

    @Test
    void aKeyThatFitsNoAcceptedAlgorithmStopsTheStart() {
        assertStops(Keys.text(Keys.pem(EC), "RS256"), "mp.jwt.verify.publickey holds no key for RS256");
        assertStops(Keys.text(Keys.pem(Keys.ec(Curve.P_384, null))), "holds no key for ES256 or RS256");
        assertStops(Keys.text("{\"keys\":[]}"), "holds no key");
        assertStops(Keys.text("{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}"), "holds no key");
    }

    @Test
    void aWeakKeyStopsTheStart() {
        assertStops(Keys.text(Keys.pem(Keys.rsa(1024, null))), "RSA of at least 2048 bits");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no key",
                "{",
                "{}",
                "-----BEGIN PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"
            })
    void aTextThatIsNoPublicKeyStopsTheStartWithoutBeingRepeated(String text) {
        assertThatThrownBy(() -> open(Keys.text(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("KULKUL0302E mp.jwt.verify.publickey holds no public key")
                .hasMessageContaining("allowed is")
                .hasMessageNotContaining("AAAA");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/no/such/key.pem",
                "no-such-resource",
                "file:/no/such/key.pem",
                "file:no such",
                "https://[",
                "\0"
            })
    void aLocationThatCannotBeReadStopsTheStartAndIsNamed(String location) {
        assertThatThrownBy(() -> open(Keys.at(location)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mp.jwt.verify.publickey.location=" + location)
                .hasMessageContaining("allowed is a URL, a file or a class path resource with a PEM, JWK or JWKS");
    }

    private static void assertStops(TokenSettings settings, String message) {
        assertThatThrownBy(() -> open(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static void assertAccepts(TokenSettings settings, JWK signer) {
        assertThat(open(settings).verify(Keys.token(signer))).isInstanceOf(Verification.Accepted.class);
    }

    private static void assertRefuses(TokenSettings settings, JWK signer) {
        assertThat(open(settings).verify(Keys.token(signer))).isInstanceOf(Verification.Refused.class);
    }

    private static TokenVerifier open(TokenSettings settings) {
        return TokenVerifier.open(settings, Keys.CLOCK);
    }

    private void withApplicationClasses(Runnable test) throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader application = new URLClassLoader(new URL[] {url(folder)}, before)) {
            thread.setContextClassLoader(application);
            test.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static URL url(Path path) throws MalformedURLException {
        return path.toUri().toURL();
    }

    private static String base64Url(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
