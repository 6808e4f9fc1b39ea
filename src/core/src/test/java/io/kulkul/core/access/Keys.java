package io.kulkul.core.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Keys of an issuer, the texts in which it hands them out, and tokens that it signs. */
final class Keys {

    static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
    static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    static final RSAKey RSA = rsa(2048, null);
    static final ECKey EC = ec(Curve.P_256, null);
    static final TokenSettings NONE = new TokenSettings(
            null, null, null, null, Set.of(), Duration.ofSeconds(5), null, "tenant", "scope", Map.of());

    private Keys() {}

    static RSAKey rsa(int bits, String id) {
        try {
            return new RSAKeyGenerator(bits, true).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    static ECKey ec(Curve curve, String id) {
        try {
            return new ECKeyGenerator(curve).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    static TokenSettings text(String publicKey) {
        return new TokenSettings(
                publicKey, null, null, null, Set.of(), Duration.ofSeconds(5), null, "tenant", "scope", Map.of());
    }

    static TokenSettings text(String publicKey, String algorithm) {
        return new TokenSettings(
                publicKey, null, algorithm, null, Set.of(), Duration.ofSeconds(5), null, "tenant", "scope", Map.of());
    }

    static TokenSettings at(String location) {
        return new TokenSettings(
                null, location, null, null, Set.of(), Duration.ofSeconds(5), null, "tenant", "scope", Map.of());
    }

    static String pem(JWK key) {
        try {
            PublicKey publicKey = key instanceof RSAKey rsa ? rsa.toPublicKey() : ((ECKey) key).toPublicKey();
            String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(publicKey.getEncoded());
            return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    static String jwk(JWK key) {
        return key.toPublicJWK().toJSONString();
    }

    static String jwks(JWK... keys) {
        return new JWKSet(List.of(keys)).toString(true);
    }

    /** Claims of alice that are good for an hour. */
    static JWTClaimsSet claims(UnaryOperator<JWTClaimsSet.Builder> change) {
        return change.apply(new JWTClaimsSet.Builder()
                        .subject("alice")
                        .expirationTime(Date.from(NOW.plus(Duration.ofHours(1)))))
                .build();
    }

    static String token(JWK key) {
        return token(key, claims -> claims);
    }

    static String token(JWK key, UnaryOperator<JWTClaimsSet.Builder> change) {
        JWSAlgorithm algorithm = key instanceof RSAKey ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256;
        return token(new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), key, claims(change));
    }

    static String token(JWSHeader header, JWK key, JWTClaimsSet claims) {
        try {
            JWSSigner signer = key instanceof RSAKey rsa
                    ? new RSASSASigner(rsa.toPrivateKey(), Set.of(AllowWeakRSAKey.getInstance()))
                    : new ECDSASigner((ECKey) key);
            return sign(header, signer, claims);
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    static String sign(JWSHeader header, JWSSigner signer, JWTClaimsSet claims) {
        try {
            SignedJWT token = new SignedJWT(header, claims);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }
}
