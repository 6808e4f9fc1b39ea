package io.kulkul.core.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the keys that tokens are verified with, in the forms and places of MicroProfile JWT Authentication 2.1, section 9.2: PEM, JWK or
 * JWKS, given as text or at a URL, in a file or on the class path. A remote key set is fetched when it is needed, kept, and fetched again
 * (not too often) when a token names a key that it lacks.
 */
final class VerificationKeys {

    private static final String LOCATION = "mp.jwt.verify.publickey.location";
    private static final String TEXT = "mp.jwt.verify.publickey";
    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_KEY_BYTES = 1_048_576;
    private static final int REMOTE_TIMEOUT_MILLIS = 2_000;
    private static final int MAX_REMOTE_BYTES = 262_144;

    private VerificationKeys() {}

    /** The selector of keys, or null where the settings name none. */
    static @Nullable JWSKeySelector<SecurityContext> read(TokenSettings settings) {
        String text = settings.publicKey();
        String location = settings.publicKeyLocation();
        if (text != null && !text.isBlank()) {
            return selector(settings, parse(settings, text, TEXT));
        }
        if (location == null || location.isBlank()) {
            return null;
        }
        if (location.startsWith("http:") || location.startsWith("https:")) {
            JWKSource<SecurityContext> remote = remote(url(location));
            return new JWSVerificationKeySelector<>(
                    TokenVerifier.algorithms(settings),
                    (selector, context) -> remote.get(selector, context).stream()
                            .filter(key -> isUsable(settings, key))
                            .toList());
        }
        return selector(settings, parse(settings, load(location), LOCATION + "=" + location));
    }

    /** Keys that are fetched when a token needs them; those known last are used for a while when their server is away. */
    private static JWKSource<SecurityContext> remote(URL url) {
        return JWKSourceBuilder.create(
                        url,
                        new DefaultResourceRetriever(REMOTE_TIMEOUT_MILLIS, REMOTE_TIMEOUT_MILLIS, MAX_REMOTE_BYTES))
                // It would start a thread that outlives the application.
                .refreshAheadCache(false)
                .retrying(true)
                .outageTolerant(true)
                .build();
    }

    private static JWSKeySelector<SecurityContext> selector(TokenSettings settings, JWKSet keys) {
        JWK only = keys.getKeys().size() == 1 ? keys.getKeys().get(0) : null;
        // A key that has no id of its own verifies tokens whatever id they name.
        return only == null || only.getKeyID() != null
                ? new JWSVerificationKeySelector<>(
                        TokenVerifier.algorithms(settings), new ImmutableJWKSet<SecurityContext>(keys))
                : (header, context) -> header.getAlgorithm().equals(algorithm(only)) ? List.of(key(only)) : List.of();
    }

    /** Whether the key verifies signatures of an algorithm that the settings allow, and is strong enough for it. */
    private static boolean isUsable(TokenSettings settings, JWK key) {
        JWSAlgorithm algorithm = algorithm(key);
        return algorithm != null
                && TokenVerifier.algorithms(settings).contains(algorithm)
                && (key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm))
                && (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE));
    }

    /** The one algorithm that the key is for, or null where it is for none of those that are accepted. */
    private static @Nullable JWSAlgorithm algorithm(JWK key) {
        if (key instanceof RSAKey rsa && rsa.size() >= MIN_RSA_BITS) {
            return JWSAlgorithm.RS256;
        }
        return key instanceof ECKey ec && ec.getCurve().equals(Curve.P_256) ? JWSAlgorithm.ES256 : null;
    }

    private static Key key(JWK key) {
        try {
            return ((AsymmetricJWK) key).toPublicKey();
        } catch (JOSEException e) {
            throw new IllegalStateException("a key that was read before cannot be used", e);
        }
    }

    /** The keys in the text that can be used; a key set may hold others beside them. */
    private static JWKSet parse(TokenSettings settings, String text, String setting) {
        String stripped = text.strip();
        List<JWK> usable;
        try {
            JWKSet keys = stripped.startsWith("-----BEGIN")
                    ? new JWKSet(PemKeys.read(stripped))
                    : json(stripped.startsWith("{") ? stripped : decoded(stripped));
            usable = keys.getKeys().stream()
                    .filter(key -> isUsable(settings, key))
                    .toList();
        } catch (ParseException | GeneralSecurityException e) {
            throw wrong(setting, "holds no public key as PEM (PKCS#8), JWK or JWKS", e);
        }
        if (usable.isEmpty()) {
            throw wrong(
                    setting,
                    "holds no key for "
                            + TokenVerifier.algorithms(settings).stream()
                                    .map(JWSAlgorithm::getName)
                                    .sorted()
                                    .collect(Collectors.joining(" or "))
                            + " (RS256: RSA of at least 2048 bits, ES256: EC on the curve P-256)",
                    null);
        }
        return new JWKSet(usable);
    }

    private static JWKSet json(String text) throws ParseException {
        return text.contains("\"keys\"") ? JWKSet.parse(text) : new JWKSet(JWK.parse(text));
    }

    private static String decoded(String text) throws ParseException {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text.replace("=", ""));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ParseException("neither PEM nor JSON nor Base64URL", 0);
        }
    }

    private static URL url(String location) {
        try {
            return URI.create(location).toURL();
        } catch (MalformedURLException | IllegalArgumentException e) {
            throw wrong(LOCATION + "=" + location, "is not a URL", e);
        }
    }

    private static String load(String location) {
        try (InputStream in = open(location)) {
            return new String(in.readNBytes(MAX_KEY_BYTES), StandardCharsets.UTF_8);
        } catch (IOException | InvalidPathException e) {
            throw wrong(LOCATION + "=" + location, "cannot be read: " + e, e);
        }
    }

    private static InputStream open(String location) throws IOException {
        if (location.startsWith("file:")) {
            return url(location).openStream();
        }
        String resource = location.startsWith("/") ? location.substring(1) : location;
        InputStream found = resource(Thread.currentThread().getContextClassLoader(), resource);
        if (found == null) {
            found = resource(VerificationKeys.class.getClassLoader(), resource);
        }
        return found == null ? Files.newInputStream(Path.of(location)) : found;
    }

    private static @Nullable InputStream resource(@Nullable ClassLoader loader, String name) {
        return loader == null ? null : loader.getResourceAsStream(name);
    }

    private static IllegalArgumentException wrong(String setting, String why, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "KULKUL0302E " + setting + " " + why
                        + "; allowed is a URL, a file or a class path resource with a PEM, JWK or JWKS",
                cause);
    }
}
