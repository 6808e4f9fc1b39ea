package io.kulkul.core.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.json.Json;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {

    private static final List<String> WORDS = List.of("pear", "fig", "apple", "plum");

    @Test
    void withoutAColumnTheKeyOrders() throws Exception {
        assertThat(json(table(null, null, "0", "2")))
                .isEqualTo("{\"words\":[\"apple\",\"fig\"],\"total\":4,\"next\":\"?offset=2&limit=2\"}");
    }

    @Test
    void aColumnOrdersFromTheLeastOrTheGreatestAndTheKeyDecidesAmongEquals() throws Exception {
        assertThat(json(table(null, "length", null, null)))
                .isEqualTo("{\"words\":[\"fig\",\"pear\",\"plum\",\"apple\"],\"total\":4}");
        assertThat(json(table(null, "-length", null, null)))
                .isEqualTo("{\"words\":[\"apple\",\"pear\",\"plum\",\"fig\"],\"total\":4}");
    }

    @Test
    void theNextRowsAreThoseOfTheSameSearchAndOrder() throws Exception {
        assertThat(json(table("P", "-length", "1", "1")))
                .isEqualTo("{\"words\":[\"pear\"],\"total\":3,\"next\":\"?offset=2&limit=1&sort=-length&search=p\"}");
    }

    @Test
    void behindTheLastRowThereIsNothing() throws Exception {
        assertThat(json(table("", null, "50", null))).isEqualTo("{\"words\":[],\"total\":4}");
    }

    @Test
    void aColumnThatThereIsNotIsRefused() throws Exception {
        Table table = table(null, "taste", null, null);

        assertThatThrownBy(() -> json(table))
                .isInstanceOf(RefusedException.class)
                .satisfies(e -> assertThat(((RefusedException) e).explanation()).contains("length, word"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "1000001", ""})
    void anyOtherOffsetIsRefused(String offset) {
        assertThatThrownBy(() -> table(null, null, offset, null)).isInstanceOf(RefusedException.class);
    }

    @Test
    void aPlaceOfAPageIsRefused() {
        assertThatThrownBy(() -> Table.of("p", null, null, "fig", null)).isInstanceOf(RefusedException.class);
    }

    private static Table table(String search, String sort, String offset, String limit) throws RefusedException {
        return Table.of(search, sort, offset, null, limit);
    }

    private static String json(Table table) throws RefusedException {
        return table.json(
                "words",
                WORDS.stream().filter(table::finds).toList(),
                Comparator.naturalOrder(),
                Map.of("word", Comparator.naturalOrder(), "length", Comparator.comparingInt(String::length)),
                Json::quoted,
                "");
    }
}
