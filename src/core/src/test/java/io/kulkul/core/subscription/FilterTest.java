package io.kulkul.core.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.json.JsonException;
import io.kulkul.core.testkit.JsonTexts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters on payloads. */
class FilterTest {

    private static Filter filter(String json) {
        try {
            return Filter.parse(JsonTexts.json(json));
        } catch (JsonException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean accepts(String filter, String payload) {
        return filter(filter).test(event(JsonTexts.json(payload)));
    }

    private static Event event(String payload) {
        return new Event(
                new Draft(new ChannelId("", "a"), "e", payload, "id", null, null, null), "epoch", 1, true, 0, 1, 0);
    }

    @Test
    void aPlainNameIsAMemberOfThePayload() {
        assertThat(accepts("{'action':'opened'}", "{'action':'opened','n':1}")).isTrue();
        assertThat(accepts("{'action':'opened'}", "{'action':'closed'}")).isFalse();
        assertThat(accepts("{'action':'opened'}", "{'issue':{'action':'opened'}}"))
                .isFalse();
    }

    @Test
    void aPointerGoesDeeper() {
        assertThat(accepts("{'/position/0':1}", "{'position':[1,2]}")).isTrue();
        assertThat(accepts("{'/a/b/c':true}", "{'a':{'b':{'c':true}}}")).isTrue();
        assertThat(accepts("{'/a/b/c':true}", "{'a':{'b':{}}}")).isFalse();
    }

    @Test
    void aPlainNameMayHoldASlashThatDoesNotComeFirst() {
        assertThat(accepts("{'a/b':1}", "{'a/b':1}")).isTrue();
        assertThat(accepts("{'a~b':1}", "{'a~b':1}")).isTrue();
    }

    @Test
    void pointersHaveTheirEscapes() {
        assertThat(accepts("{'/a~1b':1}", "{'a/b':1}")).isTrue();
        assertThat(accepts("{'/a~0b':1}", "{'a~b':1}")).isTrue();
        assertThat(accepts("{'/~01':1}", "{'~1':1}")).isTrue();
        assertThat(accepts("{'/':1}", "{'':1}")).isTrue();
        assertThat(accepts("{'/a/':1}", "{'a':{'':1}}")).isTrue();
    }

    @Test
    void ofAnArrayAnyValueWillDo() {
        assertThat(accepts("{'a':[1,'x',true]}", "{'a':1}")).isTrue();
        assertThat(accepts("{'a':[1,'x',true]}", "{'a':'x'}")).isTrue();
        assertThat(accepts("{'a':[1,'x',true]}", "{'a':true}")).isTrue();
        assertThat(accepts("{'a':[1,'x',true]}", "{'a':2}")).isFalse();
    }

    @Test
    void allMembersHaveToBeFound() {
        assertThat(accepts("{'a':1,'b':2}", "{'b':2,'a':1}")).isTrue();
        assertThat(accepts("{'a':1,'b':2}", "{'a':1}")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1.0",
        "1, 1e0",
        "100, 1e2",
        "100, 1E+2",
        "0.1, 1e-1",
        "0, -0",
        "0, 0.000",
        "0, 0e7",
        "-5, -5.00",
        "1e1000000000, 10e999999999"
    })
    void numbersAreEqualByTheirValue(String one, String other) {
        assertThat(accepts("{'a':" + one + "}", "{'a':" + other + "}")).isTrue();
        assertThat(accepts("{'a':" + other + "}", "{'a':" + one + "}")).isTrue();
        assertThat(filter("{'a':" + one + "}")).isEqualTo(filter("{'a':" + other + "}"));
    }

    @Test
    void anExponentBeyondReasonIsNoProblem() {
        assertThat(accepts("{'a':1e99999999999}", "{'a':1e99999999999}")).isTrue();
        assertThat(accepts("{'a':1e99999999999}", "{'a':1e99999999998}")).isFalse();
        assertThat(accepts("{'a':1}", "{'a':1e-999999999}")).isFalse();
    }

    @Test
    void neighbouringNumbersAreNotEqual() {
        assertThat(accepts("{'a':9007199254740993}", "{'a':9007199254740992}")).isFalse();
        assertThat(accepts("{'a':0.1}", "{'a':0.10000000000000001}")).isFalse();
    }

    @Test
    void aValueIsNotEqualToTheStringThatLooksLikeIt() {
        assertThat(accepts("{'a':1}", "{'a':'1'}")).isFalse();
        assertThat(accepts("{'a':'true'}", "{'a':true}")).isFalse();
        assertThat(accepts("{'a':'null'}", "{'a':null}")).isFalse();
    }

    @Test
    void aStringIsEqualHoweverItIsEscaped() {
        assertThat(accepts("{'a':'é'}", "{'a':'\\u00e9'}")).isTrue();
    }

    @Test
    void anAbsentOrStructuredValueIsNotAccepted() {
        assertThat(accepts("{'a':1}", "{}")).isFalse();
        assertThat(accepts("{'a':1}", "{'a':[1]}")).isFalse();
        assertThat(accepts("{'a':1}", "[1]")).isFalse();
        assertThat(accepts("{'a':1}", "1")).isFalse();
        assertThat(accepts("{'a':1}", "null")).isFalse();
    }

    @Test
    void filtersThatAcceptTheSameAreEqual() {
        Filter one = filter("{'a':[1,2],'b':'x'}");
        Filter other = filter("{'/b':['x'],'/a':[2.0,1,1e0]}");

        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
        assertThat(one).isNotEqualTo(filter("{'a':[1,2],'b':'y'}")).isNotEqualTo(filter("{'a':[1,2]}"));
    }

    @Test
    void eightMembersAreAllowedAndNineAreNot() {
        assertThat(accepts(
                        "{'a':1,'b':1,'c':1,'d':1,'e':1,'f':1,'g':1,'h':1}",
                        "{'a':1,'b':1,'c':1,'d':1,'e':1,'f':1,'g':1,'h':1,'i':1}"))
                .isTrue();
        assertRefused("{'a':1,'b':1,'c':1,'d':1,'e':1,'f':1,'g':1,'h':1,'i':1}");
    }

    @Test
    void aHundredValuesAreAllowedAndOneMoreIsNot() {
        filter("{'a':[" + "1,".repeat(99) + "1]}");

        assertRefused("{'a':[" + "1,".repeat(100) + "1]}");
    }

    @Test
    void aFilterHasABoundOfCharacters() {
        assertRefused("{'a':'" + "x".repeat(8200) + "'}");
    }

    @Test
    void twoMembersForOnePlaceAreRefused() {
        // One of them used to be ignored.
        assertRefused("{'a':1,'/a':2}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "1",
                "{'a':null}",
                "{'a':{}}",
                "{'a':[]}",
                "{'a':[[1]]}",
                "{'a':[null]}",
                "{'a':[1,{}]}",
                "{'/a~':1}",
                "{'/a~2':1}",
                "{'/~':1}",
                "{'a':1",
            })
    void whatIsNoFilterIsRefused(String text) {
        assertRefused(text);
    }

    private static void assertRefused(String text) {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Filter.parse(JsonTexts.json(text)))
                .satisfies(refused -> assertThat(refused.reason()).isNotBlank());
    }
}
