package io.kulkul.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.protocol.Command;
import io.kulkul.core.testkit.JsonTexts;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue.ValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The frames that docs/migrating.md shows are those of its dialects. */
class MigratingPageTest {

    private static final Path PAGE = Path.of("..", "..", "docs", "migrating.md");
    private static final Map<String, DialectContract> TESTS = Map.of(
            "neurograph", new NeurographTest(),
            "neurectomy", new NeurectomyTest(),
            "pulse-radar", new PulseRadarTest(),
            "phoenix-guardian", new PhoenixGuardianTest(),
            "cartographus", new CartographusTest());

    static Stream<String> systems() {
        return Envelopes.ALL.stream().map(Envelope::name);
    }

    @ParameterizedTest
    @MethodSource("systems")
    void whatAClientSendsIsUnderstood(String system) throws IOException {
        Dialect dialect = DialectContract.spoken(system, DialectContract.clock());

        assertThat(shown(system, "→ "))
                .isNotEmpty()
                .allSatisfy(frame -> assertThat(dialect.read(frame)).noneMatch(Command.Malformed.class::isInstance));
    }

    @ParameterizedTest
    @MethodSource("systems")
    void whatAClientGetsHasTheMembersThatItReallyHas(String system) throws IOException {
        DialectContract test = TESTS.get(system);
        List<String> written = new ArrayList<>(test.answers().values());
        written.removeIf(String::isEmpty);
        written.add(test.event("'c-1'"));
        List<Map<String, ValueType>> real = written.stream()
                .map(JsonTexts::object)
                .map(MigratingPageTest::kinds)
                .toList();

        assertThat(shown(system, "← "))
                .isNotEmpty()
                .allSatisfy(frame -> assertThat(real)
                        .anySatisfy(kinds -> assertThat(kinds)
                                .containsAllEntriesOf(
                                        kinds(JsonTexts.parsed(frame).asJsonObject()))));
    }

    @Test
    void everySystemHasItsSection() throws IOException {
        List<String> headings = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3))
                .toList();

        assertThat(headings).containsAll(systems().toList());
    }

    private static List<String> shown(String system, String arrow) throws IOException {
        return Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.equals("## " + system))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith(arrow))
                .map(line -> line.substring(arrow.length()))
                .collect(Collectors.toList());
    }

    /** The members and their kinds; a correlation may be null at any time, and a boolean is one kind. */
    private static Map<String, ValueType> kinds(JsonObject frame) {
        Map<String, ValueType> kinds = new HashMap<>();
        frame.forEach((name, value) -> {
            ValueType kind = value.getValueType() == ValueType.FALSE ? ValueType.TRUE : value.getValueType();
            kinds.put(name, name.equals("correlation_id") ? ValueType.STRING : kind);
        });
        return kinds;
    }
}
