package io.kulkul.core.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderCheckTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/json; charset=utf-8",
                "application/json;",
                "text/plain;charset=\"utf-8\";x=y",
                "multipart/form-data; boundary=----WebKit1"
            })
    void aMediaTypeIsAContentType(String value) {
        assertThat(HeaderCheck.isWellFormed("Content-Type", value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "garbage;;", ";", "a/b/c", "a/b; c", "a/b; c=\"d"})
    void anythingElseIsNone(String value) {
        assertThat(HeaderCheck.isWellFormed("Content-Type", value)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*/*",
                "",
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
                "application/json, text/plain, */*",
                "application/problem+json;q=0.5, application/signed-exchange;v=b3;q=0.7"
            })
    void whatClientsSendIsAccepted(String value) {
        assertThat(HeaderCheck.isWellFormed("Accept", value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "a/b;q=zz", "a/b;q=5", "a/b/c", "a/b c/d"})
    void whatIsNoListOfMediaTypesIsNot(String value) {
        assertThat(HeaderCheck.isWellFormed("Accept", value)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"en-US,en;q=0.5", "*", "de-CH-1996, fr;q=1.0"})
    void languagesAreAccepted(String value) {
        assertThat(HeaderCheck.isWellFormed("Accept-Language", value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"en;q=zz", "1234567890123", ";;;"})
    void whatIsNoListOfLanguagesIsNot(String value) {
        assertThat(HeaderCheck.isWellFormed("Accept-Language", value)).isFalse();
    }

    @Test
    void evenTheLongestHeaderIsChecked() {
        assertThat(HeaderCheck.isWellFormed("Accept", "a/b;q=0.1, ".repeat(20_000)))
                .isTrue();
        assertThat(HeaderCheck.isWellFormed("Accept", " ".repeat(60_000) + "a")).isFalse();
        assertThat(HeaderCheck.isWellFormed("Accept", ",".repeat(60_000) + "a")).isFalse();
        assertThat(HeaderCheck.isWellFormed("Content-Type", "a/b" + ";c=d".repeat(20_000) + "="))
                .isFalse();
    }
}
