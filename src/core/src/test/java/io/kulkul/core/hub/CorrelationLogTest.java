package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.JsonTexts;
import io.kulkul.core.testkit.TestHub;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The API said that an event's correlation is in log lines, and no line had it. */
class CorrelationLogTest {

    private static final Logger LOGGER = Logger.getLogger(CorrelationLog.class.getName());

    private final TestHub hub = TestHub.open();
    private final List<String> lines = new ArrayList<>();
    private final Handler recorder = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            lines.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOGGER.setLevel(Level.FINE);
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(recorder);
    }

    @AfterEach
    void stopListening() {
        LOGGER.removeHandler(recorder);
        LOGGER.setUseParentHandlers(true);
        LOGGER.setLevel(null);
    }

    private static String publish(String more) {
        return "{'type':'publish','channel':'a:1','event':'said','payload':'secret'" + more + "}";
    }

    @Test
    void anEventsCorrelationIsInTheLog() {
        FakeClient bob = hub.client()
                .tenant("acme")
                .token(aTokenFor("bob").inTenant("acme"))
                .connects()
                .greeted()
                .subscribesTo("a:1");

        bob.sends(publish(",'correlation':'c-1'"));

        String id = bob.expectLike("{'type':'published'}").next().getString("id");
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0)).startsWith("KULKUL0403D ");
        assertThat(json(lines.get(0)))
                .isEqualTo(JsonTexts.object("{'correlation':'c-1','event':'said','id':'" + id
                        + "','channel':'a:1','tenant':'acme','publisher':'bob','duplicate':false}"));
    }

    private static JsonObject json(String line) {
        return JsonTexts.object(line.substring(line.indexOf('{')));
    }

    @Test
    void aCorrelationCannotBeginALineOfItsOwn() {
        hub.clientOf("alice").sends(publish(",'correlation':'c\\nKULKUL0101I'"));

        assertThat(lines).hasSize(1);
        assertThat(lines.get(0)).doesNotContain("\n");
    }

    @Test
    void anEventWithoutOneIsNotLogged() {
        hub.clientOf("alice").sends(publish(""));

        assertThat(lines).isEmpty();
    }

    @Test
    void nothingIsLoggedWhereNobodyReadsIt() {
        LOGGER.setLevel(Level.INFO);

        hub.clientOf("alice").sends(publish(",'correlation':'c-1'"));

        assertThat(lines).isEmpty();
    }
}
