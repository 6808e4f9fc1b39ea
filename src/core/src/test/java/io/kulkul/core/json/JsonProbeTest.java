package io.kulkul.core.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.JsonTexts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Testing places of a JSON text in one pass. */
class JsonProbeTest {

    private static boolean accepts(Map<List<String>, String> wanted, String json) {
        Map<List<String>, JsonProbe.Test> tests = new HashMap<>();
        wanted.forEach((pointer, text) -> tests.put(pointer, (kind, found) -> text.equals(kind + ":" + found)));
        return new JsonProbe(tests).accepts(JsonTexts.json(json));
    }

    @Test
    void everyTestHasToFindItsValue() {
        Map<List<String>, String> wanted = Map.of(List.of("a"), "NUMBER:1", List.of("b", "c"), "STRING:x");

        assertThat(accepts(wanted, "{'a':1,'b':{'c':'x'}}")).isTrue();
        assertThat(accepts(wanted, "{'b':{'d':0,'c':'x'},'z':[{'a':2}],'a':1}")).isTrue();
        assertThat(accepts(wanted, "{'a':1,'b':{'c':'y'}}")).isFalse();
        assertThat(accepts(wanted, "{'a':1}")).isFalse();
        assertThat(accepts(wanted, "{'a':1,'c':'x'}")).isFalse();
        assertThat(accepts(wanted, "{}")).isFalse();
    }

    @Test
    void arraysAreReachedByTheirIndices() {
        Map<List<String>, String> wanted = Map.of(List.of("p", "1"), "NUMBER:7");

        assertThat(accepts(wanted, "{'p':[0,7]}")).isTrue();
        assertThat(accepts(wanted, "{'p':[7,0]}")).isFalse();
        assertThat(accepts(wanted, "{'p':[[],7,8]}")).isTrue();
        assertThat(accepts(wanted, "[0]")).isFalse();
        assertThat(accepts(Map.of(List.of("p", "01"), "NUMBER:7"), "{'p':[0,7]}"))
                .isFalse();
    }

    @Test
    void anIndexMayAlsoBeAName() {
        assertThat(accepts(Map.of(List.of("p", "1"), "NUMBER:7"), "{'p':{'1':7}}"))
                .isTrue();
    }

    @Test
    void anObjectOrArrayIsNoScalar() {
        assertThat(accepts(Map.of(List.of("a"), "NUMBER:1"), "{'a':[1]}")).isFalse();
        assertThat(accepts(Map.of(List.of("a"), "NUMBER:1"), "{'a':{'a':1}}")).isFalse();
    }

    @Test
    void aPlaceAndOneBelowItCannotBothBeScalars() {
        Map<List<String>, String> wanted = Map.of(List.of("a"), "NUMBER:1", List.of("a", "b"), "NUMBER:2");

        assertThat(accepts(wanted, "{'a':1}")).isFalse();
        assertThat(accepts(wanted, "{'a':{'b':2}}")).isFalse();
    }

    @Test
    void scalarsAreToldByTheirKind() {
        assertThat(accepts(Map.of(List.of("a"), "NULL:null"), "{'a':null}")).isTrue();
        assertThat(accepts(Map.of(List.of("a"), "BOOLEAN:true"), "{'a':true}")).isTrue();
        assertThat(accepts(Map.of(List.of("a"), "BOOLEAN:true"), "{'a':'true'}"))
                .isFalse();
        assertThat(accepts(Map.of(List.of("a"), "NUMBER:1.50"), "{'a':1.50}")).isTrue();
    }

    @Test
    void ofMembersOfTheSameNameTheLastOneCountsAsItDoesForAClient() {
        Map<List<String>, String> wanted = Map.of(List.of("a"), "NUMBER:1");

        assertThat(accepts(wanted, "{'a':2,'a':1}")).isTrue();
        assertThat(accepts(wanted, "{'a':1,'a':2}")).isFalse();
        assertThat(accepts(wanted, "{'a':1,'a':{}}")).isFalse();
        assertThat(accepts(Map.of(List.of("a", "b"), "NUMBER:1"), "{'a':{'b':1},'a':{}}"))
                .isFalse();
        assertThat(accepts(Map.of(List.of("a", "b"), "NUMBER:1"), "{'a':{'b':1},'a':3}"))
                .isFalse();
    }

    @Test
    void whatIsNotJsonIsNotAccepted() {
        assertThat(accepts(Map.of(List.of("a"), "NUMBER:1"), "{'a':")).isFalse();
        assertThat(accepts(Map.of(List.of("a"), "NUMBER:1"), "")).isFalse();
        assertThat(accepts(Map.of(List.of("a"), "NUMBER:1"), "7")).isFalse();
    }

    @Test
    void thirtyOneTestsAreAllHeld() {
        Map<List<String>, String> wanted = new HashMap<>();
        StringBuilder json = new StringBuilder("{'m0':0");
        for (int i = 0; i < 31; i++) {
            wanted.put(List.of("m" + i), "NUMBER:" + i);
            json.append(",'m").append(i).append("':").append(i);
        }

        assertThat(accepts(wanted, json + "}")).isTrue();
        assertThat(accepts(wanted, json + ",'m30':99}")).isFalse();
    }
}
