package io.kulkul.core.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StorableTextTest {

    @Test
    void textsOfWholeCharactersAreStorable() {
        assertThat(StorableText.isStorable("größe 😀 \u0001")).isTrue();
        assertThat(StorableText.isStorable("")).isTrue();
        assertThat(StorableText.isStorable((String) null)).isTrue();
    }

    @Test
    void zeroIsNot() {
        assertThat(StorableText.isStorable("a\0b")).isFalse();
    }

    @Test
    void halfASurrogatePairIsNot() {
        assertThat(StorableText.isStorable("\ud83d")).isFalse();
        assertThat(StorableText.isStorable("\ud83dx")).isFalse();
        assertThat(StorableText.isStorable("\ude00\ud83d")).isFalse();
    }
}
