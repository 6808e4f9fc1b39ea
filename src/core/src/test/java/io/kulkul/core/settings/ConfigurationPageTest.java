package io.kulkul.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/configuration.md lists every setting with the default that holds. */
class ConfigurationPageTest {

    private static final Path PAGE = Path.of("..", "..", "docs", "configuration.md");

    static Stream<Setting> settings() {
        return Stream.concat(SettingKeys.FIXED.stream(), SettingKeys.OF_NAMESPACE.stream());
    }

    @ParameterizedTest
    @MethodSource("settings")
    void aSettingHasItsRowWithItsDefault(Setting setting) throws IOException {
        String key = SettingKeys.FIXED.contains(setting) ? SettingKeys.PREFIX + setting.key() : setting.key();
        String ifAbsent = setting.ifAbsent().isEmpty() ? "" : " `" + setting.ifAbsent() + "` |";

        assertThat(Files.readAllLines(PAGE)).anyMatch(line -> line.startsWith("| `" + key + "` |" + ifAbsent));
    }

    static Stream<Setting> dialectSettings() {
        return SettingKeys.OF_DIALECT.stream();
    }

    @ParameterizedTest
    @MethodSource("dialectSettings")
    void aDialectsSettingHasItsRowWithWhatIsAllowed(Setting setting) throws IOException {
        assertThat(Files.readAllLines(PAGE)).anyMatch(line -> line.startsWith("| `" + setting.key() + "` | "));
    }
}
