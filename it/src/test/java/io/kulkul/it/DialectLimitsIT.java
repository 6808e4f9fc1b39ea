package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What other systems' servers did with clients that read too slowly or had gone.
 *
 * <p>The server is one of its own: it has taken over from {@code pulse-radar}, with a faster heartbeat, and it waits long for a client
 * that does not read, which the server of the other tests lets go after two seconds whatever its dialect.
 */
class DialectLimitsIT {
    /** As many of these as {@link #EVENTS} are far more than the system buffers for one socket (4 MiB). */
    private static final String PAYLOAD = "x".repeat(32_000);

    private static final int EVENTS = 800;
    private static final int CHUNK = 50;

    private static SecondServer server;

    private final String tenant = "tenant-" + UUID.randomUUID();
    private final KulkulApi api =
            new KulkulApi(Tokens.forUser("worker").inTenant(tenant).token(), server::http);
    private final List<DialectClient> clients = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        server = new SecondServer("kulkulDialects")
                .withSetting("kulkul.connection.write-timeout", "PT2M")
                .withSetting("kulkul.dialect", "pulse-radar")
                .withSetting("kulkul.dialect.\"pulse-radar\".heartbeat-interval", "PT1S")
                .withSetting("kulkul.dialect.\"pulse-radar\".heartbeat-timeout", "PT2S")
                .start();
        server.expectOnConsole("CWWKF0011I");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void disconnect() {
        clients.forEach(DialectClient::close);
    }

    private DialectClient connect(DialectClient.Handshake handshake) {
        DialectClient client = handshake.connect();
        clients.add(client);
        return client;
    }

    private DialectClient.Handshake as(String dialect, String user) {
        return DialectClient.to(server.webSocket("/ws?dialect=" + dialect))
                .withToken(Tokens.forUser(user).inTenant(tenant).token());
    }

    @Test
    void pulseRadarsClientThatMissesItsPongsIsDisconnectedAndOneThatAnswersStays() throws Exception {
        DialectClient silent = connect(pulseRadar("silent"));
        DialectClient answering = connect(pulseRadar("answering").answeringPings("{'action':'pong'}"));
        answering.expectLike("{'type':'connection'}");

        List<JsonObject> frames = silent.framesBeforeClose(4408);

        assertThat(frames.get(0).getString("type")).isEqualTo("connection");
        List<JsonObject> pings = frames.subList(1, frames.size());
        assertThat(pings).isNotEmpty().allSatisfy(ping -> {
            assertThat(ping).containsOnlyKeys("type", "ts");
            assertThat(ping.getString("type")).isEqualTo("ping");
            assertThat(ping.getJsonNumber("ts").isIntegral()).isTrue();
        });
        answering.send("{'action':'subscribe','topic':'tasks'}").expect("{'type':'subscribed','topic':'tasks'}");
    }

    /** Whose address is as ever, because the server takes over from that system. */
    private DialectClient.Handshake pulseRadar(String user) {
        return DialectClient.to(server.webSocket("/ws?topics=messages&token="
                + Tokens.forUser(user).inTenant(tenant).token()));
    }

    @Test
    void neurographsSlowClientIsAtMostAHundredBehindAndWhatWasDroppedIsCounted() throws Exception {
        DialectClient slow = subscribedToTokens("slow");
        DialectClient fast = subscribedToTokens("fast");
        double before = dropped();

        slow.stopsReading();
        publishPaced("tokens", fast);
        slow.readsOn();

        List<Integer> heard = new ArrayList<>();
        int last = 0;
        int lastGap = 0;
        while (last < EVENTS) {
            int n = slow.next().getJsonObject("data").getInt("n");
            assertThat(n).isGreaterThan(last);
            if (n > last + 1) {
                lastGap = heard.size();
            }
            heard.add(n);
            last = n;
        }
        assertThat(heard).hasSizeLessThan(EVENTS);
        assertThat(heard.size() - lastGap).isEqualTo(100);
        assertThat(dropped() - before).isEqualTo(EVENTS - heard.size());
        slow.send("{'type':'ping'}").expectLike("{'type':'pong'}");
    }

    private DialectClient subscribedToTokens(String user) {
        return connect(as("neurograph", user))
                .send("{'type':'subscribe','channel':'tokens'}")
                .expect("{'type':'subscribed','channel':'tokens'}");
    }

    /** Events that slow clients were not sent. */
    private double dropped() throws Exception {
        return ServerMetrics.read(api).sum("kulkul_overflow_total{");
    }

    @Test
    void cartographusSlowClientIsDisconnectedAndTheOthersDoNotNotice() throws Exception {
        DialectClient slow = connect(as("cartographus", "slow"));
        DialectClient fast = connect(as("cartographus", "fast"));
        for (DialectClient client : List.of(slow, fast)) {
            client.send("{'type':'ping','data':null}").expect("{'type':'pong','data':null}");
        }

        slow.stopsReading();
        publishPaced("broadcast", fast);
        slow.readsOn();

        List<JsonObject> heard = slow.framesBeforeClose(4413);
        assertThat(heard).hasSizeLessThan(EVENTS - 256);
        for (int i = 0; i < heard.size(); i++) {
            assertThat(heard.get(i).getJsonObject("data").getInt("n")).isEqualTo(i + 1);
        }
    }

    /** Publishes as fast as this client takes it, which has every event, in order. */
    private void publishPaced(String channel, DialectClient fast) throws Exception {
        for (int first = 1; first <= EVENTS; first += CHUNK) {
            StringBuilder lines = new StringBuilder();
            for (int n = first; n < first + CHUNK; n++) {
                lines.append("{'channel':'" + channel + "','event':'playback','payload':{'n':" + n + ",'filling':'"
                        + PAYLOAD + "'}}\n");
            }
            HttpResponse<String> response = api.post("/api/events", "application/x-ndjson", lines.toString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            for (int n = first; n < first + CHUNK; n++) {
                assertThat(fast.next().getJsonObject("data").getInt("n")).isEqualTo(n);
            }
        }
    }
}
