package io.kulkul.core.testkit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.kulkul.core.access.TokenSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes tokens that the test hub believes: {@code aTokenFor("alice").inTenant("acme").signed()}. */
public final class Tokens {

    private static final String ISSUER = "test-issuer";
    private static final ECKey KEY = newKey();

    private final JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder();

    private Tokens(String user) {
        claims.issuer(ISSUER).subject(user).claim("scope", "subscribe:* publish:*");
        expiringAt(Instant.ofEpochMilli(TestTime.START).plus(Duration.ofHours(12)));
    }

    private static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** The settings of a verifier that believes these tokens. */
    public static TokenSettings settings() {
        return new TokenSettings(
                KEY.toPublicJWK().toJSONString(),
                null,
                "ES256",
                ISSUER,
                Set.of(),
                Duration.ZERO,
                null,
                "tenant",
                "scope",
                Map.of("editor", Set.of("subscribe:news:*", "publish:news:*")));
    }

    /** A token that is good for twelve hours from the test's beginning and may subscribe and publish to everything. */
    public static Tokens aTokenFor(String user) {
        return new Tokens(user);
    }

    public Tokens inTenant(String tenant) {
        claims.claim("tenant", tenant);
        return this;
    }

    /** Without any permission. */
    public Tokens withNothing() {
        return withScope("");
    }

    public Tokens inGroups(String... groups) {
        claims.claim("groups", List.of(groups));
        return this;
    }

    public Tokens issuedAt(Instant time) {
        claims.issueTime(Date.from(time));
        return this;
    }

    public Tokens withId(String jti) {
        claims.jwtID(jti);
        return this;
    }

    /** With a claim that says nothing to the hub. */
    public Tokens withClaim(String name, String value) {
        claims.claim(name, value);
        return this;
    }

    /** The permissions, with blanks between. */
    public Tokens withScope(String scope) {
        claims.claim("scope", scope);
        return this;
    }

    public Tokens expiringAt(Instant end) {
        claims.expirationTime(Date.from(end));
        return this;
    }

    /** Good for this long from the test's beginning. */
    public Tokens expiringAfter(Duration life) {
        return expiringAt(Instant.ofEpochMilli(TestTime.START).plus(life));
    }

    /** The token's text. */
    public String signed() {
        try {
            SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.ES256), claims.build());
            jwt.sign(new ECDSASigner(KEY));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }
}
