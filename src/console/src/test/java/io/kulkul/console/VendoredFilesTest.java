package io.kulkul.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the build takes from npm is in the jar, where the page looks for it. Skipped where npm gave nothing, but not in CI. */
class VendoredFilesTest {
    private static final String VENDOR = "/META-INF/resources/console/vendor/";

    @BeforeAll
    static void lookWhetherNpmWasThere() {
        boolean there = VendoredFilesTest.class.getResource(VENDOR + "uPlot.iife.min.js") != null;
        assumeTrue(there || System.getenv("CI") != null, "the console was built without uPlot");
    }

    @Test
    void uPlotIsOfTheVersionThatIsPinnedAndComesWithItsLicence() throws IOException {
        String pinned = Files.readString(
                Path.of(System.getProperty("basedir", "")).resolve("package-lock.json"), StandardCharsets.UTF_8);
        Matcher version = Pattern.compile("\"uplot\": \"([\\d.]+)\"").matcher(pinned);
        assertThat(version.find()).isTrue();

        assertThat(read("uPlot.iife.min.js")).contains("(v" + version.group(1) + ")");
        assertThat(read("uPlot-LICENSE.txt")).contains("The MIT License");
    }

    @Test
    void thePageFindsEveryFileItNames() throws IOException {
        Matcher named = Pattern.compile("vendor/([\\w.]+)").matcher(read("../index.html"));
        while (named.find()) {
            assertThat(read(named.group(1))).isNotEmpty();
        }
    }

    private static String read(String name) throws IOException {
        String path = Path.of(VENDOR + name).normalize().toString();
        try (InputStream in = VendoredFilesTest.class.getResourceAsStream(path)) {
            assertThat(in).as(path).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
