package io.kulkul.core.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {

    @Test
    void withoutParametersTheFirstHundredAreAskedFor() throws Exception {
        assertThat(Page.of(null, null)).isEqualTo(new Page("", 100));
    }

    @Test
    void aPageWithMoreBehindItNamesTheNext() throws Exception {
        assertThat(json(Page.of("", "2"), List.of("a", "repo:b/c", "d"), "acme"))
                .isEqualTo("{\"names\":[\"a\",\"repo:b/c\"],\"next\":\"?after=repo%3Ab%2Fc&limit=2&tenant=acme\"}");
    }

    @Test
    void theLastPageNamesNoNext() throws Exception {
        assertThat(json(Page.of("", "2"), List.of("a", "b"), null)).isEqualTo("{\"names\":[\"a\",\"b\"]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1001", "-1", "x", "", "1.5", "99999999999"})
    void anyOtherLimitIsRefused(String limit) {
        assertThatThrownBy(() -> Page.of(null, limit)).isInstanceOf(RefusedException.class);
    }

    private static String json(Page page, List<String> found, String tenant) {
        return page.json("names", found, name -> name, Json::quoted, tenant, "");
    }
}
