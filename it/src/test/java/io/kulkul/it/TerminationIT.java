package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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

            clients.forEach(client -> client.expectClose(1012));
            cartographus.expectClose(1012);
            cartographus.close();
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
