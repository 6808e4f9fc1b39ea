package io.kulkul.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of the same origin may connect, and those that a setting names; no others. */
class OriginPolicyTest {

    private static final OriginPolicy SAME_ORIGIN = new OriginPolicy(Set.of());
    private static final OriginPolicy LISTED =
            new OriginPolicy(Set.of("https://app.example.org", "http://dev.example.org:8080", "https://*.Example.com"));

    @Test
    void aRequestThatComesFromNoPageIsAllowed() {
        assertThat(SAME_ORIGIN.allows(null, "example.org")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.org, example.org",
        "https://example.org, example.org:443",
        "https://example.org:443, example.org",
        "http://example.org, example.org:80",
        "http://example.org:9080, example.org:9080",
        "HTTPS://Example.ORG, eXample.org",
        "http://[::1]:9080, [::1]:9080",
        "http://[::1], [::1]:80",
    })
    void aPageOfTheSameOriginIsAllowed(String origin, String host) {
        assertThat(SAME_ORIGIN.allows(origin, host)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.org, example.org",
        "https://example.org.evil.org, example.org",
        "https://evilexample.org, example.org",
        "https://example.org:8443, example.org",
        "https://example.org, example.org:8443",
        "http://example.org:443, example.org",
        "https://sub.example.org, example.org",
        "https://example.org@evil.org, example.org",
        "null, example.org",
        "'', example.org",
        "'', ''",
        "https://, ''",
        "example.org, example.org",
        "'https://example.org, https://evil.org', example.org",
    })
    void aPageOfAnotherOriginIsRefused(String origin, String host) {
        assertThat(SAME_ORIGIN.allows(origin, host)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example.org",
                "https://APP.example.org",
                "https://app.example.org:443",
                "http://dev.example.org:8080",
                "https://a.example.com",
                "https://a.b.example.com",
                "https://a.example.com:443",
            })
    void aListedOriginIsAllowed(String origin) {
        assertThat(LISTED.allows(origin, "live.example.net")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://app.example.org",
                "https://app.example.org:8443",
                "http://dev.example.org",
                "https://dev.example.org:8080",
                "https://example.com",
                "http://a.example.com",
                "https://a.example.com:8443",
                "https://a.example.com.evil.org",
                "https://evilexample.com",
                "https://evil.org/.example.com",
                "https://evil.org?.example.com",
                "https://evil.org#.example.com",
                "https://evil.org\\.example.com",
                "https://evil.org@a.example.com",
                "https://evil.org:80.example.com",
                "null",
            })
    void aStarStandsForSubdomainsOfTheSameSchemeAndPortOnly(String origin) {
        assertThat(LISTED.allows(origin, "live.example.net")).isFalse();
    }

    @Test
    void aLoneStarAllowsEveryPageEvenOneWithoutAnOrigin() {
        OriginPolicy any = new OriginPolicy(Set.of("*"));

        assertThat(any.allows("https://evil.org", "example.org")).isTrue();
        assertThat(any.allows("null", "example.org")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "https://a", "http://a.b-c.org:8080", "https://*.example.org", "http://[::1]:8080"})
    void anOriginOrAStarInTheSubdomainsPlaceIsASetting(String origin) {
        assertThat(OriginPolicy.isValid(origin)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "example.org",
                "ftp://example.org",
                "https://",
                "https://*",
                "https://a.*.org",
                "https://*a.org",
                "https://example.org/",
                "https://example.org/path",
                "https://user@example.org",
                "https://a b",
                "**"
            })
    void whatIsNoOriginIsNoSetting(String origin) {
        assertThat(OriginPolicy.isValid(origin)).isFalse();
    }
}
