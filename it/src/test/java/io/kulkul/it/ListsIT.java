package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An operator's program reads the lists as a table needs them. */
@ExtendWith(ArquillianExtension.class)
class ListsIT {
    private final KulkulApi api = KulkulApi.ofAdministrator();
    private final List<KulkulClient> clients = new ArrayList<>();

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }

    @AfterEach
    void disconnect() {
        clients.forEach(KulkulClient::close);
    }

    @Test
    void channelsAreSearchedSortedAndCutIntoRows() throws Exception {
        for (int channel = 1; channel <= 5; channel++) {
            for (int event = 0; event < channel; event++) {
                publish("lists-Busy:" + channel);
            }
        }

        JsonObject rows = channels("?search=LISTS-busy&sort=-head&limit=2&offset=1");

        assertThat(names(rows)).containsExactly("lists-Busy:4", "lists-Busy:3");
        assertThat(rows.getInt("total")).isEqualTo(5);
        assertThat(rows.getString("next")).isEqualTo("?offset=3&limit=2&sort=-head&search=lists-busy");
        assertThat(names(channels(rows.getString("next")))).containsExactly("lists-Busy:2", "lists-Busy:1");
    }

    @Test
    void aChannelHasARateWhileEventsCome() throws Exception {
        publish("lists-rate:1");
        String path = "?search=lists-rate";
        long end = System.nanoTime() + KulkulClient.PATIENCE.toNanos();
        while (rate(channels(path)) == 0 && System.nanoTime() < end) {
            publish("lists-rate:1");
        }

        assertThat(rate(channels(path))).isPositive();
    }

    @Test
    void connectionsAreSearchedAndSorted() throws Exception {
        connect("lists-bela", 1);
        connect("lists-anna", 3);
        connect("lists-carl", 2);

        assertThat(users("?search=lists-&sort=user")).containsExactly("lists-anna", "lists-bela", "lists-carl");
        assertThat(users("?search=lists-&sort=-subscriptions&limit=2")).containsExactly("lists-anna", "lists-carl");
        assertThat(users("?search=LISTS-CARL&sort=lag&channel=lists-of:2")).containsExactly("lists-carl");
    }

    @Test
    void anOperatorOfAllTenantsSeesTheConnectionsOfAllOfThem() throws Exception {
        connect("lists-everywhere-1", 1);
        for (String tenant : List.of("lists-acme", "lists-globex")) {
            KulkulClient client = KulkulClient.to("/ws/" + tenant)
                    .withToken(Tokens.forUser("lists-everywhere-of-" + tenant)
                            .inTenant(tenant)
                            .token())
                    .connect();
            clients.add(client);
            client.expect("connected");
        }

        assertThat(users("?tenant=*&search=lists-everywhere&sort=-tenant"))
                .containsExactly(
                        "lists-everywhere-of-lists-globex", "lists-everywhere-of-lists-acme", "lists-everywhere-1");
        assertThat(users("?tenant=*&search=LISTS-GLOBEX")).containsExactly("lists-everywhere-of-lists-globex");
        assertThat(users("?tenant=*&user=lists-everywhere-of-lists-acme"))
                .containsExactly("lists-everywhere-of-lists-acme");
        assertThat(users("?search=lists-everywhere")).containsExactly("lists-everywhere-1");
    }

    @Test
    void theChannelsOfAllTenantsNameTheirTenants() throws Exception {
        publish("lists-shared:1");
        publish("lists-shared:1", "?tenant=lists-acme");

        JsonObject rows = channels("?tenant=*&search=lists-shared&sort=-tenant");

        assertThat(names(rows)).containsExactly("lists-shared:1", "lists-shared:1");
        assertThat(rows.getJsonArray("channels").getJsonObject(0).getString("tenant"))
                .isEqualTo("lists-acme");
        assertThat(rows.getJsonArray("channels").getJsonObject(1)).doesNotContainKey("tenant");
        assertThat(channels("?tenant=*&limit=1").getInt("total")).isGreaterThan(1);
    }

    @Test
    void nobodyElseSeesThoseOfAllTenants() throws Exception {
        KulkulApi ofOneTenant =
                new KulkulApi(Tokens.forAdministrator().inTenant("lists-acme").token());
        KulkulApi noOperator =
                new KulkulApi(Tokens.forUser("alice").withScope("subscribe:*").token());

        for (String list : List.of("/api/connections?tenant=*", "/api/channels?tenant=*")) {
            assertThat(ofOneTenant.get(list).statusCode()).as(list).isEqualTo(403);
            assertThat(noOperator.get(list).statusCode()).as(list).isEqualTo(403);
        }
        assertThat(api.get("/api/channels/lists-shared:1?tenant=*").statusCode())
                .isEqualTo(400);
    }

    @Test
    void aChannelOfTheInstanceThatIsNamedIsTold() throws Exception {
        publish("lists-told:1");
        String self = api.json("/api/instance").asJsonObject().getString("instance");
        KulkulApi noOperator =
                new KulkulApi(Tokens.forUser("alice").withScope("subscribe:*").token());

        assertThat(api.json("/api/channels/lists-told:1?instance=" + self)
                        .asJsonObject()
                        .getInt("historySize"))
                .isEqualTo(1);
        assertThat(noOperator.get("/api/channels/lists-told:1").statusCode()).isEqualTo(200);
        assertThat(noOperator.get("/api/channels/lists-told:1?instance=" + self).statusCode())
                .isEqualTo(403);
    }

    @Test
    void theInstanceThatIsAskedMayBeNamed() throws Exception {
        connect("lists-named", 1);
        String self = api.json("/api/instance").asJsonObject().getString("instance");

        assertThat(users("?search=lists-named&instance=" + self)).containsExactly("lists-named");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/channels?sort=colour",
                "/api/channels?offset=-1",
                "/api/channels?search=a&after=b",
                "/api/channels?tenant=*&after=b",
                "/api/channels/a?instance=nobody",
                "/api/connections?sort=session",
                "/api/connections?offset=x",
                "/api/connections?sort=lag&limit=1001",
                "/api/connections?instance=nobody",
                "/api/connections/x?instance=nobody"
            })
    void whatCannotBeReadIsABadRequest(String path) throws Exception {
        HttpResponse<String> response = api.get(path);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(KulkulClient.parse(response.body()).asJsonObject().getString("code"))
                .isEqualTo("bad_request");
    }

    @Test
    void theStatisticsOfAllInstancesComeOncePerSecondAndAreKept() throws Exception {
        KulkulClient client = KulkulClient.to("/ws")
                .withToken(Tokens.forAdministrator().token())
                .connect();
        clients.add(client);
        client.subscribe("$sys:instances");

        JsonObject first = client.expectMessage("$sys:instances");
        JsonObject statistics =
                first.getJsonObject("payload").getJsonArray("instances").getJsonObject(0);

        assertThat(statistics.keySet())
                .contains(
                        "instance",
                        "connections",
                        "eventsOverflowed",
                        "eventsReplayed",
                        "deliveryP99Millis",
                        "busLagMillis",
                        "heapUsedBytes");
        client.expectMessage("$sys:instances");
        assertThat(client.ask("{'type':'history','channel':'$sys:instances','limit':900}")
                        .getJsonArray("events"))
                .hasSizeGreaterThan(1);
    }

    private void connect(String user, int subscriptions) {
        KulkulClient client = KulkulClient.of(user);
        clients.add(client);
        for (int i = 1; i <= subscriptions; i++) {
            client.subscribe("lists-of:" + i);
        }
    }

    private void publish(String channel) throws Exception {
        publish(channel, "");
    }

    private void publish(String channel, String query) throws Exception {
        HttpResponse<String> response = api.post(
                "/api/events" + query, "application/json", "{'channel':'" + channel + "','event':'note','payload':1}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private JsonObject channels(String query) throws Exception {
        return api.json("/api/channels" + query).asJsonObject();
    }

    private static List<String> names(JsonObject rows) {
        return rows.getJsonArray("channels").stream()
                .map(row -> row.asJsonObject().getString("channel"))
                .toList();
    }

    private static double rate(JsonObject rows) {
        return rows.getJsonArray("channels")
                .getJsonObject(0)
                .getJsonNumber("rate")
                .doubleValue();
    }

    private List<String> users(String query) throws Exception {
        return api.json("/api/connections" + query).asJsonObject().getJsonArray("connections").stream()
                .map(row -> row.asJsonObject().getString("user"))
                .toList();
    }
}
