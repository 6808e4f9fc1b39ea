package io.kulkul.core.access;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How tokens are verified: the settings {@code mp.jwt.verify.*} of MicroProfile JWT Authentication 2.1, section 9.2.
 *
 * @param publicKey the key's text ({@code mp.jwt.verify.publickey}: PEM, JWK or JWKS, the latter two also Base64URL), or null
 * @param publicKeyLocation where the key is ({@code mp.jwt.verify.publickey.location}: a URL, a file or a class path resource), or null
 * @param algorithm {@code mp.jwt.verify.publickey.algorithm}: RS256 or ES256; null allows both, each with its own kind of key
 * @param issuer {@code mp.jwt.verify.issuer}; null accepts any
 * @param audiences {@code mp.jwt.verify.audiences}; a token needs one of them; empty accepts any
 * @param clockSkew {@code mp.jwt.verify.clock.skew}
 * @param tokenAge {@code mp.jwt.verify.token.age}: how long after {@code iat} a token is good; null does not limit it
 * @param tenantClaim {@code kulkul.jwt.tenant-claim}, default {@code tenant}
 * @param permissionsClaim {@code kulkul.jwt.permissions-claim}, default {@code scope}; a string of words or an array of strings
 * @param roles {@code kulkul.role."NAME".permissions}: what the groups of the claim {@code groups} allow
 */
public record TokenSettings(
        @Nullable String publicKey,
        @Nullable String publicKeyLocation,
        @Nullable String algorithm,
        @Nullable String issuer,
        Set<String> audiences,
        Duration clockSkew,
        @Nullable Duration tokenAge,
        String tenantClaim,
        String permissionsClaim,
        Map<String, Set<String>> roles) {

    public TokenSettings {
        audiences = Set.copyOf(audiences);
        roles = Map.copyOf(roles);
    }
}
