package io.kulkul.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageAssemblyTest {
    private final MessageAssembly message = new MessageAssembly(10);

    @Test
    void aMessageInOnePartIsNotCopied() {
        String part = new String("one part");

        assertThat(message.add(part, true)).isSameAs(part);
    }

    @Test
    void partsArePutTogetherInTheirOrder() {
        assertThat(message.add("a", false)).isNull();
        assertThat(message.add("b", false)).isNull();
        assertThat(message.add("c", true)).isEqualTo("abc");
        assertThat(message.tooBig()).isFalse();
    }

    @Test
    void emptyPartsAreParts() {
        assertThat(message.add("", false)).isNull();
        assertThat(message.add("a", false)).isNull();
        assertThat(message.add("", true)).isEqualTo("a");
        assertThat(message.add("", false)).isNull();
        assertThat(message.add("", true)).isEmpty();
    }

    @Test
    void aMessageOfExactlyTheLimitIsTaken() {
        message.add("12345", false);

        assertThat(message.add("67890", true)).isEqualTo("1234567890");
    }

    @Test
    void aMessageIsTooBigAsSoonAsItsPartsAre() {
        message.add("1234567890", false);
        assertThat(message.tooBig()).isFalse();

        assertThat(message.add("1", false)).isNull();
        assertThat(message.tooBig()).isTrue();
    }

    @Test
    void whatFollowsOnATooBigMessageIsNotTaken() {
        message.add("12345678901", false);

        assertThat(message.add("", true)).isNull();
        assertThat(message.add("a", true)).isNull();
        assertThat(message.addBinary(1, true)).isFalse();
        assertThat(message.tooBig()).isTrue();
    }

    @Test
    void eachMessageHasTheLimitForItself() {
        for (int i = 0; i < 100; i++) {
            message.add("123456789", false);
            assertThat(message.add("0", true)).isEqualTo("1234567890");
            message.addBinary(9, false);
            assertThat(message.addBinary(1, true)).isTrue();
        }
    }

    @Test
    void aTextIsMeasuredInBytesOfUtf8() {
        message.add("\u00e4\u20ac", false); // 2 + 3
        message.add("a\ud83d", false); // 1 + 2
        assertThat(message.add("\ude00", true)).isEqualTo("\u00e4\u20aca\ud83d\ude00");

        message.add("\u20ac\u20ac\u20ac", false); // 9
        message.add("\u00e4", false);
        assertThat(message.tooBig()).isTrue();
    }

    @Test
    void aBinaryMessageIsCounted() {
        assertThat(message.addBinary(10, false)).isFalse();
        assertThat(message.addBinary(0, true)).isTrue();

        assertThat(message.addBinary(10, false)).isFalse();
        assertThat(message.addBinary(1, true)).isFalse();
        assertThat(message.tooBig()).isTrue();
    }

    @Test
    void countingDoesNotOverflow() {
        for (int i = 0; i < 10; i++) {
            assertThat(message.addBinary(Integer.MAX_VALUE, false)).isFalse();
            assertThat(message.tooBig()).isTrue();
        }
    }
}
