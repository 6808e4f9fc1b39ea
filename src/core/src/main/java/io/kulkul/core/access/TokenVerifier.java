package io.kulkul.core.access;

import com.github.benmanes.caffeine.cache.Interner;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.kulkul.api.UserChannel;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.protocol.ErrorCode;
import java.lang.System.Logger.Level;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies bearer tokens: JSON Web Tokens (RFC 7519) signed with RS256 or ES256, as MicroProfile JWT Authentication 2.1 configures it.
 *
 * <p>Required are a good signature, {@code exp}, and {@code sub} or else {@code upn}; {@code iss}, {@code aud} and {@code iat} where the
 * settings ask for them; {@code nbf} holds where it is given. No claim is judged before the signature is.
 * Thread-safe. May wait for a key set's server, with time-outs, when a token names a key that is not known yet.
 */
public final class TokenVerifier {

    /** The most characters a token may have. */
    public static final int MAX_LENGTH = 16_384;

    /** MicroProfile JWT Authentication 2.1, section 4.1: the groups of the token's subject. */
    private static final String GROUPS = "groups";

    private static final System.Logger LOG = System.getLogger(TokenVerifier.class.getName());

    private final TokenSettings settings;
    private final Clock clock;
    private final @Nullable DefaultJWTProcessor<SecurityContext> processor;

    /** Most tokens allow one of a few sets of things, and what they allow is kept as long as their connections: it is kept once. */
    private final Interner<Permissions> permissions = Interner.newWeakInterner();

    private TokenVerifier(
            TokenSettings settings, Clock clock, @Nullable DefaultJWTProcessor<SecurityContext> processor) {
        this.settings = settings;
        this.clock = clock;
        this.processor = processor;
    }

    /**
     * Opens the verification with the key that the settings name; without one every token is refused.
     *
     * @throws IllegalArgumentException when the key cannot be read; the message names the setting
     */
    public static TokenVerifier open(TokenSettings settings, Clock clock) {
        JWSKeySelector<SecurityContext> keys = VerificationKeys.read(settings);
        if (keys == null) {
            return new TokenVerifier(settings, clock, null);
        }
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWSKeySelector(keys);
        // The claims are looked at here, with the clock that was handed in.
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        return new TokenVerifier(settings, clock, processor);
    }

    /** The algorithms that tokens may be signed with. */
    static Set<JWSAlgorithm> algorithms(TokenSettings settings) {
        return settings.algorithm() == null
                ? Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256)
                : Set.of(JWSAlgorithm.parse(settings.algorithm()));
    }

    /** Looks at a token. */
    public Verification verify(String token) {
        if (processor == null) {
            return refused("no key is configured that tokens could be verified with");
        }
        if (token.length() > MAX_LENGTH) {
            return refused("the token is longer than " + MAX_LENGTH + " characters");
        }
        JWTClaimsSet claims;
        try {
            claims = processor.process(SignedJWT.parse(token), null);
        } catch (ParseException e) {
            return refused("the token is not a signed JSON Web Token");
        } catch (BadJOSEException e) {
            return refused("the token's signature, key or algorithm is not accepted");
        } catch (RateLimitReachedException e) {
            // Not logged: anybody can send tokens that name unknown keys, as many as they like.
            return refused("the token's key is not known at present");
        } catch (JOSEException e) {
            LOG.log(Level.WARNING, () -> "KULKUL0301W tokens cannot be verified at present: " + e.getMessage());
            return refused("the token cannot be verified at present");
        }
        try {
            return verify(claims);
        } catch (ParseException e) {
            return refused("one of the token's claims is not of its type");
        }
    }

    private Verification verify(JWTClaimsSet claims) throws ParseException {
        Instant now = clock.instant();
        Duration skew = settings.clockSkew();
        Date expires = claims.getExpirationTime();
        String user = claims.getSubject() == null ? claims.getStringClaim("upn") : claims.getSubject();
        if (expires == null || user == null || user.isBlank()) {
            return refused("the token lacks exp or sub");
        }
        if (!now.isBefore(expires.toInstant().plus(skew))) {
            return new Verification.Refused(ErrorCode.TOKEN_EXPIRED, "the token has expired");
        }
        if (isAfter(claims.getNotBeforeTime(), now.plus(skew))) {
            return refused("the token is not valid yet");
        }
        if (settings.issuer() != null && !settings.issuer().equals(claims.getIssuer())) {
            return refused("the token's issuer is not accepted");
        }
        if (!settings.audiences().isEmpty()
                && claims.getAudience().stream().noneMatch(settings.audiences()::contains)) {
            return refused("the token's audience is not accepted");
        }
        if (tooOld(claims.getIssueTime(), now)) {
            return new Verification.Refused(ErrorCode.TOKEN_EXPIRED, "the token is too old, or its iat is wrong");
        }
        String tenant = claims.getStringClaim(settings.tenantClaim());
        if (tenant != null && !isName(tenant)) {
            return refused("the token's tenant is not a tenant's name");
        }
        if (!hasChannel(user)) {
            return refused("the token's sub is too long");
        }
        Set<String> groups = words(claims.getClaim(GROUPS));
        return new Verification.Accepted(new Caller(
                user,
                tenant,
                permissions(claims, groups),
                groups,
                claims.getIssueTime() == null ? null : claims.getIssueTime().toInstant(),
                expires.toInstant(),
                claims.getJWTID()));
    }

    /** Whether a tenant can be called so: 1 to 255 characters that a channel's name can have. */
    public static boolean isName(String tenant) {
        return ChannelId.isValidName(tenant) && !tenant.startsWith("$");
    }

    private static boolean hasChannel(String user) {
        try {
            return !UserChannel.of(user).isEmpty();
        } catch (IllegalArgumentException tooLong) {
            return false;
        }
    }

    private static boolean isAfter(@Nullable Date time, Instant limit) {
        return time != null && time.toInstant().isAfter(limit);
    }

    /** A limit on the age means nothing for a token that was issued in the future, so such a one is refused as well. */
    private boolean tooOld(@Nullable Date issued, Instant now) {
        Duration age = settings.tokenAge();
        Duration skew = settings.clockSkew();
        return age != null
                && (issued == null
                        || isAfter(issued, now.plus(skew))
                        || now.isAfter(issued.toInstant().plus(age).plus(skew)));
    }

    private Permissions permissions(JWTClaimsSet claims, Set<String> groups) {
        Set<String> entries = words(claims.getClaim(settings.permissionsClaim()));
        groups.forEach(group -> entries.addAll(settings.roles().getOrDefault(group, Set.of())));
        return permissions.intern(new Permissions(entries));
    }

    /** The words of a string, or the entries of an array. */
    private static Set<String> words(@Nullable Object claim) {
        Set<String> words = new HashSet<>();
        if (claim instanceof String text) {
            for (String word : text.split("\\s+", -1)) {
                if (!word.isEmpty()) {
                    words.add(word);
                }
            }
        } else if (claim instanceof Collection<?> entries) {
            for (Object entry : entries) {
                words.add(String.valueOf(entry));
            }
        }
        return words;
    }

    private static Verification refused(String reason) {
        return new Verification.Refused(ErrorCode.TOKEN_INVALID, reason);
    }
}
