package io.kulkul.it;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;

/**
 * Mints tokens, as an application's login would: {@code Tokens.forUser("alice").inTenant("acme").token()}.
 *
 * <p>Without further words it is one that the server accepts, good for an hour, for subscribing and publishing to everything but what
 * needs an operator.
 */
final class Tokens {
    private final JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder();
    private final Instant now = Instant.now();
    private TestKey key = TestKey.SERVER_TRUSTS;
    private String keyId;

    private Tokens(String user) {
        claims.subject(user)
                .claim("upn", user)
                .claim("groups", List.of())
                .claim("scope", "subscribe:* publish:*")
                .issuer("kulkul-dev")
                .audience("kulkul")
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofHours(1))));
    }

    static Tokens forUser(String user) {
        return new Tokens(user);
    }

    /** One with every permission. */
    static Tokens forAdministrator() {
        return forUser("administrator").withScope("admin").claim("groups", List.of("admin"));
    }

    Tokens inTenant(String tenant) {
        return claim("tenant", tenant);
    }

    /** The permissions, separated by blanks. */
    Tokens withScope(String scope) {
        return claim("scope", scope);
    }

    Tokens fromIssuer(String issuer) {
        claims.issuer(issuer);
        return this;
    }

    Tokens forAudience(String audience) {
        claims.audience(audience);
        return this;
    }

    /** A negative time gives a token that has expired. */
    Tokens expiringIn(Duration time) {
        claims.expirationTime(Date.from(now.plus(time)));
        return this;
    }

    /** A token that becomes good only later. */
    Tokens notBefore(Duration time) {
        claims.notBeforeTime(Date.from(now.plus(time)));
        return this;
    }

    /** A negative time gives a token that was issued before now. */
    Tokens issuedIn(Duration time) {
        claims.issueTime(Date.from(now.plus(time)));
        return this;
    }

    /** The {@code jti}; without this one of its own. */
    Tokens withId(String id) {
        claims.jwtID(id);
        return this;
    }

    /** The {@code kid} in the token's header. */
    Tokens namingKey(String id) {
        keyId = id;
        return this;
    }

    Tokens signedBy(TestKey other) {
        key = other;
        return this;
    }

    /** Any claim; null takes it away. */
    Tokens claim(String name, Object value) {
        claims.claim(name, value);
        return this;
    }

    /** The token in compact form. */
    String token() {
        return key.sign(claims.build(), keyId);
    }

    /** The token with {@code alg: none}. */
    String unsignedToken() {
        return new PlainJWT(claims.build()).serialize();
    }

    /** The token with {@code alg: HS256}; the secret is the public key as the server reads it. */
    String tokenSignedWithPublicKey() {
        return key.signWithPublicHalf(claims.build());
    }
}
