package io.kulkul.dev;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/** Mints the token with every permission that the printed URL carries. */
final class DevToken {
    static final String ISSUER = "kulkul-dev";
    static final String AUDIENCE = "kulkul";

    private static final Duration LIFETIME = Duration.ofHours(24);

    private DevToken() {}

    /** A JSON Web Token in compact form, good from now on for 24 hours. */
    static String signedBy(DevKey key, Instant now) throws GeneralSecurityException {
        String header = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";
        String claims = """
                {"iss":"%s","aud":"%s","sub":"developer","upn":"developer","scope":"admin","groups":["admin"],\
                "jti":"%s","iat":%d,"exp":%d}""".formatted(
                        ISSUER,
                        AUDIENCE,
                        UUID.randomUUID(),
                        now.getEpochSecond(),
                        now.plus(LIFETIME).getEpochSecond());
        String signed = base64Url(header.getBytes(UTF_8)) + "." + base64Url(claims.getBytes(UTF_8));
        return signed + "." + base64Url(key.sign(signed.getBytes(US_ASCII)));
    }

    private static String base64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
