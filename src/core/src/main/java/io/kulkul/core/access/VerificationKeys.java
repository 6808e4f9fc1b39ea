package io.kulkul.core.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
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

    private VerificationKeys() {}

    /** The selector of keys, or null where the settings name none. */
    static @Nullable JWSKeySelector<SecurityContext> read(TokenSettings settings) {
        String text = settings.publicKey();
        String location = settings.publicKeyLocation();
        if (text != null && !text.isBlank()) {
            return selector(settings, parse(text, TEXT));
        }
        if (location == null || location.isBlank()) {
            return null;
        }
        if (location.startsWith("http:") || location.startsWith("https:")) {
            JWKSource<SecurityContext> remote =
                    JWKSourceBuilder.create(url(location)).retrying(true).build();
            return new JWSVerificationKeySelector<>(TokenVerifier.algorithms(settings), remote);
        }
        return selector(settings, parse(load(location), LOCATION + "=" + location));
    }

    private static JWSKeySelector<SecurityContext> selector(TokenSettings settings, JWKSet keys) {
        JWSKeySelector<SecurityContext> byId = new JWSVerificationKeySelector<>(
                TokenVerifier.algorithms(settings), new ImmutableJWKSet<SecurityContext>(keys));
        JWK only = keys.getKeys().size() == 1 ? keys.getKeys().get(0) : null;
        // A key that has no id of its own verifies tokens whatever id they name.
        return only == null || only.getKeyID() != null
                ? byId
                : (header, context) -> fits(settings, header, only) ? List.of(key(only)) : List.of();
    }

    private static boolean fits(TokenSettings settings, JWSHeader header, JWK key) {
        boolean rsa = header.getAlgorithm().equals(JWSAlgorithm.RS256) && key instanceof RSAKey;
        boolean ec = header.getAlgorithm().equals(JWSAlgorithm.ES256) && key instanceof ECKey;
        return TokenVerifier.algorithms(settings).contains(header.getAlgorithm()) && (rsa || ec);
    }

    private static Key key(JWK key) {
        try {
            return ((AsymmetricJWK) key).toPublicKey();
        } catch (JOSEException e) {
            throw new IllegalStateException("a key that was read before cannot be used", e);
        }
    }

    private static JWKSet parse(String text, String setting) {
        String stripped = text.strip();
        try {
            JWKSet keys = stripped.startsWith("-----BEGIN")
                    ? new JWKSet(PemKeys.read(stripped))
                    : json(stripped.startsWith("{") ? stripped : decoded(stripped));
            for (JWK key : keys.getKeys()) {
                require(key, setting);
            }
            if (keys.isEmpty()) {
                throw wrong(setting, "holds no key", null);
            }
            return keys;
        } catch (ParseException | GeneralSecurityException e) {
            throw wrong(setting, "holds no public key as PEM (PKCS#8), JWK or JWKS", e);
        }
    }

    private static void require(JWK key, String setting) {
        boolean strong = key instanceof ECKey || (key instanceof RSAKey rsa && rsa.size() >= MIN_RSA_BITS);
        if (!strong) {
            throw wrong(setting, "holds a key that is neither RSA of at least 2048 bits nor EC", null);
        }
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
        } catch (IOException e) {
            throw wrong(LOCATION + "=" + location, "cannot be read: " + e, e);
        }
    }

    private static InputStream open(String location) throws IOException {
        if (location.startsWith("file:")) {
            return url(location).openStream();
        }
        String resource = location.startsWith("/") ? location.substring(1) : location;
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        InputStream found = loader == null ? null : loader.getResourceAsStream(resource);
        return found == null ? Files.newInputStream(Path.of(location)) : found;
    }

    private static IllegalArgumentException wrong(String setting, String why, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "KULKUL0302E " + setting + " " + why
                        + "; allowed is a URL, a file or a class path resource with a PEM, JWK or JWKS",
                cause);
    }
}
