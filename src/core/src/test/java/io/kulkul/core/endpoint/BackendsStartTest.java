package io.kulkul.core.endpoint;

import static io.kulkul.core.testkit.TestHub.options;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.kulkul.core.channel.NamespaceOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The start stops, with what to do, where the settings ask for what the server has not. */
class BackendsStartTest {

    private static final NamespaceOptions IN_MEMORY = options("*").build();
    private static final NamespaceOptions DURABLE = options("orders").durable().build();
    private static final NamespaceOptions WITHOUT_HISTORY =
            options("chat").historySize(0).build();

    @Test
    void oneInstanceNeedsNeitherBrokerNorDatabase() {
        assertThatCode(() -> BackendsStart.check(List.of(IN_MEMORY, WITHOUT_HISTORY), false, false))
                .doesNotThrowAnyException();
    }

    @Test
    void aClusterKeepsHistoryInTheDatabaseOrNotAtAll() {
        assertThatCode(() -> BackendsStart.check(List.of(DURABLE, WITHOUT_HISTORY), true, true))
                .doesNotThrowAnyException();
    }

    @Test
    void theHubsOwnChannelsAreEachInstancesOwn() {
        assertThatCode(() -> BackendsStart.check(List.of(options("$sys").build(), DURABLE), true, true))
                .doesNotThrowAnyException();
    }

    @Test
    void aNamespaceThatAsksForADatabaseWithoutOneStopsTheStart() {
        assertThatIllegalStateException()
                .isThrownBy(() -> BackendsStart.check(List.of(IN_MEMORY, DURABLE), false, false))
                .withMessageContaining("KULKUL0112E")
                .withMessageContaining("kulkul.namespace.\"orders\".log=database needs a data source jdbc/kulkul");
    }

    @Test
    void historyInAClusterWithoutADatabaseStopsTheStartAndSaysWhatToDo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> BackendsStart.check(List.of(IN_MEMORY, WITHOUT_HISTORY), true, false))
                .withMessageContaining("KULKUL0113E")
                .withMessageContaining("Set kulkul.namespace.\"*\".log=database")
                .withMessageContaining("jdbc/kulkul")
                .withMessageContaining("kulkul.namespace.\"*\".history-size=0");
    }
}
