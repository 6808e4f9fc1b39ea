package io.kulkul.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kulkul.core.testkit.JsonTexts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as JSON, and what is read out of it. */
class JsonTest {

    private static Map<String, JsonValue> members(String text) throws JsonException {
        return Json.members(text);
    }

    @Test
    void anObjectsMembersAreSlicesOfItsText() throws JsonException {
        Map<String, JsonValue> members = members("{ \"a\" : { \"b\" : [ 1 , 2 ] } , \"c\":[ ] , \"d\" :{}}");

        assertThat(members.get("a")).isEqualTo(value(JsonKind.OBJECT, "{ \"b\" : [ 1 , 2 ] }"));
        assertThat(members.get("c")).isEqualTo(value(JsonKind.ARRAY, "[ ]"));
        assertThat(members.get("d")).isEqualTo(value(JsonKind.OBJECT, "{}"));
    }

    private static JsonValue value(JsonKind kind, String json) {
        return new JsonValue(kind, json, json);
    }

    @Test
    void slicesAreExactFarIntoALongTextToo() throws JsonException {
        // Beyond the library's own buffer: its offsets have to count on.
        String padding = "\"ü€😀 \\u00e9\"".repeat(1).concat(" ".repeat(200_000));
        String slice = "{\"n\":[1,{\"deep\":\"😀\"}]}";

        Map<String, JsonValue> members = members("{\"p\":" + padding + ",\"a\":" + slice + "}");

        assertThat(members.get("a").json()).isEqualTo(slice);
    }

    @Test
    void scalarsAreReadByTheirKind() throws JsonException {
        Map<String, JsonValue> members =
                members("{\"s\":\"a\\n\\u00e9\",\"n\":-1.50e+3,\"t\":true,\"f\":false,\"z\":null}");

        assertThat(members.get("s")).isEqualTo(new JsonValue(JsonKind.STRING, "\"a\\né\"", "a\né"));
        assertThat(members.get("n")).isEqualTo(value(JsonKind.NUMBER, "-1.50e+3"));
        assertThat(members.get("t")).isEqualTo(value(JsonKind.BOOLEAN, "true"));
        assertThat(members.get("f")).isEqualTo(value(JsonKind.BOOLEAN, "false"));
        assertThat(members.get("z")).isEqualTo(value(JsonKind.NULL, "null"));
    }

    @Test
    void ofMembersOfTheSameNameTheLastOneCounts() throws JsonException {
        assertThat(members("{\"a\":1,\"b\":2,\"a\":3}").get("a").json()).isEqualTo("3");
    }

    @Test
    void namesAreUnescaped() throws JsonException {
        assertThat(members("{\"\\u0061\\\"\":1}")).containsOnlyKeys("a\"");
    }

    @Test
    void anArraysElementsAreSlicesToo() throws JsonException {
        List<JsonValue> elements = Json.valueOrElements(" [ {\"a\": 1} , [2] ,\"x\"] ", 3);

        assertThat(elements).extracting(JsonValue::json).containsExactly("{\"a\": 1}", "[2]", "\"x\"");
    }

    @Test
    void aValueThatIsNoArrayIsOneElement() throws JsonException {
        assertThat(Json.valueOrElements(" {} ", 1)).containsExactly(value(JsonKind.OBJECT, "{}"));
        assertThat(Json.valueOrElements("7", 1)).containsExactly(value(JsonKind.NUMBER, "7"));
    }

    @Test
    void anArrayOfMoreElementsThanAllowedIsRefused() {
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.valueOrElements("[1,2,3]", 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1,}",
                "{\"a\":[1,2}",
                "{\"a\":\"x}",
                "{\"a\":tru}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":.5}",
                "{\"a\":+1}",
                "{\"a\":-}",
                "{\"a\":NaN}",
                "{\"a\":Infinity}",
                "{\"a\":0x10}",
                "{\"a\":1e}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"line\nbreak\"}",
                "{\"a\":\"\u0000\"}",
                "{\"a\":\"\u001f\"}",
                "{\"a\":1} x",
                "{\"a\":1}{}",
                "{\"a\":1}]",
                "{\"a\":1} 1",
                "/* comment */ {}",
                "// comment\n{}",
                "\uFEFF{}x",
                "{\"a\":{\"b\":tru}}",
                "{\"a\":[\"\\x\"]}",
                "{\"a\":{\"b\":01}}",
                "{\"a\":[1 2]}",
                "undefined"
            })
    void whatIsNotOneJsonObjectIsRefusedWithAReason(String text) {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.members(text))
                .satisfies(refused -> assertThat(refused.reason()).isNotBlank());
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.check(text));
    }

    @Test
    void everyBeginningOfAnObjectIsRefused() throws JsonException {
        String whole = "{\"a\":[1,-2.5e3,{\"b\":\"\\u00e9x\"},true,null],\"c\":\"\"}";
        Json.check(whole);

        for (int length = 0; length < whole.length(); length++) {
            String beginning = whole.substring(0, length);
            assertThatExceptionOfType(JsonException.class).as(beginning).isThrownBy(() -> Json.members(beginning));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "\"a\"", "null", "true"})
    void anotherValueIsNoObjectButJson(String text) {
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.members(text));
        assertThatCode(() -> Json.check(text)).doesNotThrowAnyException();
    }

    @Test
    void aReasonDoesNotRepeatWhatTheClientSent() {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.members("{\"password\":secret}"))
                .satisfies(refused -> assertThat(refused.reason()).doesNotContain("secret", "password"));
    }

    @Test
    void valuesNestAsDeepAsTheBoundAndNoDeeper() throws JsonException {
        Json.check(nested(Json.MAX_DEPTH));

        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.check(nested(Json.MAX_DEPTH + 1)));
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.check("[".repeat(1_000_000)));
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    @Test
    void deepNestingInsideAnObjectIsRefusedToo() {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.members("{\"a\":" + nested(Json.MAX_DEPTH) + "}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "-%s", "0.%s", "1e%s", "[%s]", "{\"a\":%s}", "{\"a\":{\"b\":[%s]}}"})
    void aNumberBeyondTheBoundIsRefusedWhereverItStands(String frame) {
        String text = frame.formatted("1".repeat(Json.MAX_NUMBER_LENGTH + 1));

        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.check(text));
    }

    @Test
    void aNumberAtTheBoundGoesThroughUnchanged() throws JsonException {
        String number = "9".repeat(Json.MAX_NUMBER_LENGTH);

        assertThat(members("{\"a\":" + number + "}").get("a").json()).isEqualTo(number);
    }

    @Test
    void aLongStringIsNoProblem() throws JsonException {
        String text = "x".repeat(5_000_000);

        assertThat(members("{\"a\":\"" + text + "\"}").get("a").text()).isEqualTo(text);
    }

    @Test
    void whatIsQuotedReadsBackAsItWas() {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 0x250; c++) {
            all.append(c);
        }
        all.append("\u2028\u2029\uFEFF😀");

        String quoted = Json.quoted(all.toString());

        assertThat(JsonTexts.parsed(quoted)).isEqualTo(jakarta.json.Json.createValue(all.toString()));
    }
}
