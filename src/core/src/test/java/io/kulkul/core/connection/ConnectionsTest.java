package io.kulkul.core.connection;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.TestHub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All connections of an instance, as operators see them. */
class ConnectionsTest {

    private final TestHub hub = TestHub.open();
    private final Connections connections = hub.hub().connections();

    @Test
    void aConnectionIsFoundByItsId() {
        Connection connection = hub.clientOf("alice").connection();

        assertThat(connections.find(connection.id())).isSameAs(connection);
        assertThat(connections.find(connection.session())).isNull();
    }

    @Test
    void connectionsAreListedInPagesByTheirIds() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(hub.clientOf("user-" + i).connection().id());
        }
        Collections.sort(ids);

        List<Connection> first = connections.page("", "", 3, any -> true);
        List<Connection> second = connections.page("", first.get(2).id(), 3, any -> true);

        assertThat(first).extracting(Connection::id).isEqualTo(ids.subList(0, 3));
        assertThat(second).extracting(Connection::id).isEqualTo(ids.subList(3, 5));
    }

    @Test
    void aPageIsOfOneTenant() {
        hub.client().token(aTokenFor("alice").inTenant("acme")).connects();
        hub.clientOf("bob");

        assertThat(connections.page("acme", "", 10, any -> true)).hasSize(1);
        assertThat(connections.page("", "", 10, any -> true)).hasSize(1);
        assertThat(connections.page("globex", "", 10, any -> true)).isEmpty();
        assertThat(connections.count()).isEqualTo(2);
    }

    @Test
    void writersThatAreBlockedAreCounted() {
        FakeClient client = hub.clientOf("alice");
        client.transport().hold();
        client.sends("{'type':'ping'}");
        hub.pass(Duration.ofSeconds(3));

        assertThat(connections.writersBlockedFor(Duration.ofSeconds(3).toNanos()))
                .isOne();
        assertThat(connections.writersBlockedFor(Duration.ofSeconds(4).toNanos()))
                .isZero();
        client.transport().release();
        assertThat(connections.writersBlockedFor(1)).isZero();
    }

    @Test
    void aConnectionKnowsWhenItWasOpened() {
        long now = hub.time.millis();
        Connection connection = hub.clientOf("alice").connection();

        hub.time.advance(Duration.ofMinutes(1));

        assertThat(connection.openedMillis()).isEqualTo(now);
        assertThat(connection.age()).isEqualTo(Duration.ofMinutes(1).toNanos());
    }
}
