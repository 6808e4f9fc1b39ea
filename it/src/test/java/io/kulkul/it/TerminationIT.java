package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a server ends when it is told to, and that it does not begin with a setting that is wrong. */
class TerminationIT {
    private static final int CLIENTS = 20;

    private final List<KulkulClient> clients = new ArrayList<>();

    @AfterEach
    void disconnect() {
        clients.forEach(KulkulClient::close);
    }

    @Test
    void onSigtermEveryClientIsToldThatTheInstanceRestarts() throws Exception {
        try (SecondServer server = new SecondServer("kulkulTerminated").start()) {
            server.expectOnConsole("CWWKF0011I");
            for (int i = 0; i < CLIENTS; i++) {
                KulkulClient client = KulkulClient.to(server.webSocket("/ws"))
                        .withToken(Tokens.forUser("user-" + i).token())
                        .connect();
                clients.add(client);
                client.expect("connected");
                client.subscribe("orders:1");
            }

            DialectClient cartographus = DialectClient.to(server.webSocket("/ws?dialect=cartographus"))
                    .withToken(Tokens.forUser("carla").token())
                    .connect();
            cartographus.send("{'type':'ping','data':null}").expect("{'type':'pong','data':null}");

            server.terminate();

            clients.forEach(client -> {
                assertThat(client.expect("reconnect").getString("reason")).isEqualTo("draining");
                client.expectClose(1012);
            });
            cartographus.expectClose(1012);
            cartographus.close();
            assertThat(server.ends()).isTrue();
        }
    }

    @Test
    void onSigtermClientsAreSentAwayOverTheWholeDrain() throws Exception {
        try (SecondServer server = new SecondServer("kulkulDrainedBySignal")
                .withSetting("kulkul.drain.duration", "PT15S")
                .start()) {
            server.expectOnConsole("CWWKF0011I");
            for (int i = 0; i < CLIENTS; i++) {
                KulkulClient client = KulkulClient.to(server.webSocket("/ws"))
                        .withToken(Tokens.forUser("user-" + i).token())
                        .connect();
                clients.add(client);
                client.expect("connected");
                client.subscribe("orders:1");
            }
            KulkulApi operator = new KulkulApi(Tokens.forAdministrator().token(), server::http);

            server.terminate();
            // One in each twentieth of the time: seven seconds pass before the tenth, and seven more until the last.
            SortedMap<Integer, KulkulClient> byTime = new TreeMap<>();
            clients.forEach(client -> byTime.put(client.expect("reconnect").getInt("after"), client));
            KulkulClient last = byTime.get(byTime.lastKey());

            byTime.values().stream().limit(CLIENTS / 2).forEach(client -> client.expectClose(1012));
            assertThat(operator.get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(KulkulClient.to(server.webSocket("/ws")).refusal()).isEqualTo(503);
            assertThat(operator.post(
                                    "/api/events", "application/json", "{'channel':'orders:1','event':'e','payload':1}")
                            .statusCode())
                    .isEqualTo(200);
            last.expectMessage("orders:1");
            byTime.values().stream().skip(CLIENTS / 2).forEach(client -> client.expectClose(1012));
            assertThat(server.ends()).isTrue();
        }
    }

    @Test
    void aSecondSigtermDoesNotWait() throws Exception {
        try (SecondServer server = new SecondServer("kulkulHurried")
                .withSetting("kulkul.drain.duration", "PT10M")
                .start()) {
            server.expectOnConsole("CWWKF0011I");
            KulkulClient client = KulkulClient.to(server.webSocket("/ws"))
                    .withToken(Tokens.forUser("alice").token())
                    .connect();
            clients.add(client);
            client.expect("connected");
            server.terminate();
            client.expect("reconnect");

            server.terminate();

            client.expectClose(1012);
            assertThat(server.ends()).isTrue();
        }
    }

    @Test
    void aSettingThatDoesNotExistStopsTheApplicationAndIsNamed() throws Exception {
        try (SecondServer server = new SecondServer("kulkulMistaken")
                .withSetting("kulkul.connection.max-totl", "1")
                .start()) {
            assertThat(server.expectOnConsole("kulkul.connection.max-totl")).contains("is no setting");
            server.expectOnConsole("CWWKF0011I");

            assertThat(KulkulClient.to(server.webSocket("/ws")).refusal()).isEqualTo(404);
        }
    }
}
