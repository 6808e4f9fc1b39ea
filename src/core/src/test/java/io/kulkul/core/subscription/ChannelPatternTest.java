package io.kulkul.core.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts are patterns, and which names they match. */
class ChannelPatternTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "agent:*",
                "repo:octo-org/*",
                "a:*:c",
                "a.*.c",
                "*:b",
                "*.b",
                "*/b",
                "a:*:*",
                "$sys:*",
                "$sys:*:x",
                "a::*",
                ":*",
                "a/*.b"
            })
    void aStarThatIsAWholeSegmentMakesAPattern(String text) {
        assertThat(ChannelPattern.isValid(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "a:1", "a*", "*a", "a:b*", "a:*b", "**", "a:**", "$*", "a-*", "a:* ", "ä:*", "a:$*", "a,*", "a:*:$b"
            })
    void everythingElseIsNone(String text) {
        assertThat(ChannelPattern.isValid(text)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "agent:*, agent:1",
        "agent:*, agent:1:state",
        "agent:*, agent:1.x/y",
        "agent:*, agent:",
        "repo:octo-org/*, repo:octo-org/octo-repo",
        "*, a",
        "*, a:b:c",
        "*, a.b/c",
        "a:*:c, a:b:c",
        "a:*:c, a:B-9_z:c",
        "a.*.c, a.b.c",
        "*:b, a:b",
        "*:*, a:b:c",
        "a:*:*, a:b:c:d",
        "$sys:*, $sys:stats",
        "$sys:*, $sys:a:b",
        ":*, :a",
        ":*, :a:b",
        "*:a, :a",
    })
    void aPatternMatches(String pattern, String name) {
        assertThat(new ChannelPattern(pattern).matcher().test(name)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "agent:*, agent",
        "agent:*, agents:1",
        "agent:*, agent.1",
        "agent:*, Agent:1",
        "repo:octo-org/*, repo:octo-org/a/b",
        "repo:octo-org/*, repo:octo-org:a",
        "repo:octo-org/*, repo:octo-org",
        "a:*:c, a:c",
        "a:*:c, a:b:d",
        "a:*:c, a:b:c:d",
        "a:*:c, a:b.x:c",
        "a.*.c, a:b:c",
        "*, $sys",
        "*, $sys:stats",
        "*:stats, $sys:stats",
        "*:*, $sys:stats",
        "$sys:*, sys:stats",
        "$sys:*, $system:x",
        ":*, a",
        ":*, a:b",
        "*/b, :a/b",
    })
    void aPatternDoesNotMatch(String pattern, String name) {
        assertThat(new ChannelPattern(pattern).matcher().test(name)).isFalse();
    }
}
