package io.kulkul.core.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kulkul.core.access.Caller;
import io.kulkul.core.access.Permissions;
import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.testkit.JsonTexts;
import io.kulkul.core.testkit.TestHub;
import io.kulkul.core.testkit.Tokens;
import jakarta.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An operator reads lists of 10,000 rows, page by page and as tables. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListsTest {
    private static final int ROWS = 10_000;
    private static final int USERS = 100;
    private static final int IN_ACME = 30;
    private static final List<String> TENANTS = List.of("acme", "globex", "initech");

    private final TestHub hub = TestHub.with()
            .maxTotal(2 * ROWS)
            .maxPerUser(ROWS)
            .maxUnauthenticated(2 * ROWS)
            .open();
    private final Lists lists = new Lists();

    @BeforeAll
    void connectAndPublish() {
        for (int user = 0; user < USERS; user++) {
            // Without a token, because 10,000 signatures take longer than all else here.
            Caller caller = caller("user-%02d".formatted(user));
            for (int i = 0; i < ROWS / USERS; i++) {
                hub.client().connects().connection().authenticated(caller, "");
            }
        }
        for (int i = 0; i < ROWS; i++) {
            hub.publish("rows:%05d".formatted(i), "1");
        }
        hub.publish("rows:00007", "2");
        for (int i = 0; i < IN_ACME; i++) {
            hub.client()
                    .token(Tokens.aTokenFor("acme-user-" + i).inTenant("acme"))
                    .connects();
        }
        TENANTS.forEach(tenant -> hub.publish(tenant, "shared:1", "1"));
    }

    private static Caller caller(String user) {
        return new Caller(user, null, Permissions.NONE, Set.of(), null, Instant.MAX, null);
    }

    @ParameterizedTest
    @CsvSource({"channels, 1000", "channels, 333", "connections, 1000", "connections, 777"})
    void thePagesAddUpToAllRowsOnceAndInOrder(String list, int limit) throws Exception {
        List<String> keys = keys(all(list, "", Map.of("limit", Integer.toString(limit))), list);

        assertThat(keys).hasSize(ROWS).isSorted();
        assertThat(new HashSet<>(keys)).hasSize(ROWS);
    }

    @ParameterizedTest
    @CsvSource({
        "channels, channel",
        "channels, -channel",
        "channels, -rate",
        "channels, -head",
        "channels, subscribers",
        "channels, tenant",
        "connections, user",
        "connections, -user",
        "connections, tenant",
        "connections, opened",
        "connections, -lag",
        "connections, subscriptions"
    })
    void theRowsOfATableAddUpToAllOfThemOnceHoweverTheyAreSorted(String list, String sort) throws Exception {
        List<JsonObject> rows = all(list, "", Map.of("sort", sort, "limit", "1000"));

        assertThat(new HashSet<>(keys(rows, list))).hasSize(ROWS);
        assertThat(rows).hasSize(ROWS);
    }

    @Test
    void rowsAreSortedByTheColumnThenByTheirKey() throws Exception {
        assertThat(keys(all("channels", "", Map.of("sort", "-channel", "limit", "1000")), "channels"))
                .isSortedAccordingTo(Comparator.reverseOrder());
        List<String> byHead = keys(all("channels", "", Map.of("sort", "-head", "limit", "1000")), "channels");
        assertThat(byHead.get(0)).isEqualTo("rows:00007");
        assertThat(byHead.subList(1, ROWS)).isSorted();
        List<JsonObject> byUser = all("connections", "", Map.of("sort", "-user", "limit", "999"));
        assertThat(users(byUser)).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(keys(byUser.subList(0, ROWS / USERS), "connections")).isSorted();
        assertThat(keys(all("connections", "", Map.of("sort", "dialect", "limit", "1000")), "connections"))
                .isSorted();
    }

    @Test
    void aSearchFindsEachRowThatHasTheTextAndNoOther() throws Exception {
        List<String> sevens = IntStream.range(0, ROWS)
                .mapToObj("%05d"::formatted)
                .filter(number -> number.contains("77"))
                .toList();

        assertThat(keys(all("channels", "", Map.of("search", "77", "limit", "50")), "channels"))
                .isEqualTo(sevens.stream().map("rows:"::concat).toList());
        assertThat(users(all("connections", "", Map.of("search", "USER-9", "sort", "user", "limit", "400"))))
                .hasSize(10 * ROWS / USERS)
                .isSorted()
                .allMatch(user -> user.startsWith("user-9"));
        assertThat(read("channels", "", Map.of("search", "rows:1", "limit", "1"))
                        .getInt("total"))
                .isZero();
        assertThat(read("channels", "", Map.of("search", "rows:0999", "limit", "1"))
                        .getInt("total"))
                .isEqualTo(10);
    }

    @Test
    void theLastRowsAreAnsweredAndBehindThemNothing() throws Exception {
        JsonObject last = read("channels", "", Map.of("offset", "9999", "limit", "1000"));
        JsonObject behind = read("channels", "", Map.of("offset", "1000000", "limit", "1"));

        assertThat(keys(rows(last, "channels"), "channels")).containsExactly("rows:09999");
        assertThat(last).doesNotContainKey("next");
        assertThat(rows(behind, "channels")).isEmpty();
        assertThat(behind.getInt("total")).isEqualTo(ROWS);
        assertThat(behind).doesNotContainKey("next");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"limit=0", "limit=1001", "limit=x", "offset=-1", "offset=1000001", "offset=x", "sort=session"})
    void whatIsOutsideTheBoundsIsRefused(String parameter) {
        String[] pair = parameter.split("=", 2);
        for (String list : List.of("channels", "connections")) {
            assertThatThrownBy(() -> read(list, "", Map.of("search", "a", pair[0], pair[1])))
                    .isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void aTenantsListsAreItsOwn() throws Exception {
        assertThat(users(all("connections", "acme", Map.of())))
                .hasSize(IN_ACME)
                .allMatch(user -> user.startsWith("acme-"));
        assertThat(keys(all("channels", "acme", Map.of()), "channels")).containsExactly("shared:1");
        // Not all of them, as a search in the tenant's own name would find.
        assertThat(read("channels", "acme", Map.of("search", "acme")).getInt("total"))
                .isZero();
    }

    @Test
    void theConnectionsOfAllTenantsAreListedSortedAndSearched() throws Exception {
        List<String> pages = keys(all("connections", "*", Map.of("limit", "1000")), "connections");
        List<JsonObject> sorted = all("connections", "*", Map.of("sort", "-tenant", "limit", "1000"));

        assertThat(pages).hasSize(ROWS + IN_ACME).isSorted();
        assertThat(new HashSet<>(pages)).hasSize(ROWS + IN_ACME);
        assertThat(sorted).hasSize(ROWS + IN_ACME);
        assertThat(sorted.stream().map(row -> row.getString("tenant", "")).toList())
                .isSortedAccordingTo(Comparator.reverseOrder())
                .startsWith("acme");
        assertThat(users(all("connections", "*", Map.of("search", "ACME", "limit", "7"))))
                .hasSize(IN_ACME);
    }

    @Test
    void theChannelsOfAllTenantsAreATableInWhichEachRowNamesItsTenant() throws Exception {
        List<JsonObject> shared = all("channels", "*", Map.of("search", "shared", "sort", "-tenant", "limit", "1"));

        assertThat(all("channels", "*", Map.of("limit", "1000"))).hasSize(ROWS + TENANTS.size());
        assertThat(shared.stream().map(row -> row.getString("tenant")).toList())
                .isEqualTo(TENANTS.stream().sorted(Comparator.reverseOrder()).toList());
        assertThat(read("channels", "*", Map.of("search", "globex")).getInt("total"))
                .isOne();
        assertThatThrownBy(() -> read("channels", "*", Map.of("after", "rows:00001")))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void oneLiveChannelIsRead() throws Exception {
        assertThat(read("channel", "", Map.of("channel", "rows:00007"))
                        .getJsonObject("head")
                        .getInt("seq"))
                .isEqualTo(2);
        assertThat(read("channel", "globex", Map.of("channel", "shared:1")).getString("tenant"))
                .isEqualTo("globex");
        assertThat(read("channel", "acme", Map.of("channel", "rows:00007"))).isEmpty();
    }

    /** All rows, by the references to the next ones as the answers have them. */
    private List<JsonObject> all(String list, String tenant, Map<String, String> query) throws RefusedException {
        List<JsonObject> rows = new ArrayList<>();
        Map<String, String> next = query;
        do {
            JsonObject answer = read(list, tenant, next);
            rows.addAll(rows(answer, list));
            next = parameters(answer.getString("next", ""));
        } while (!next.isEmpty());
        return rows;
    }

    private static Map<String, String> parameters(String reference) {
        Map<String, String> parameters = new HashMap<>();
        Stream.of(reference.replaceFirst("^\\?", "").split("&", -1))
                .filter(part -> !part.isEmpty())
                .map(part -> part.split("=", 2))
                .forEach(pair -> parameters.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
        return Collections.unmodifiableMap(parameters);
    }

    private JsonObject read(String list, String tenant, Map<String, String> query) throws RefusedException {
        return JsonTexts.object(lists.read(hub.hub(), list, tenant, query));
    }

    private static List<JsonObject> rows(JsonObject answer, String list) {
        return answer.getJsonArray(list).getValuesAs(JsonObject.class);
    }

    private static List<String> keys(List<JsonObject> rows, String list) {
        String key = list.substring(0, list.length() - 1);
        return rows.stream().map(row -> row.getString(key)).toList();
    }

    private static List<String> users(List<JsonObject> rows) {
        return rows.stream().map(row -> row.getString("user")).toList();
    }
}
