package io.kulkul.core.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.json.Json;
import io.kulkul.core.protocol.CloseCode;
import io.kulkul.core.protocol.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the pages in docs/ and the README to what the code is. */
class DocumentationTest {

    private static final Path ROOT = Path.of(System.getProperty("basedir", ""))
            .toAbsolutePath()
            .resolve("../..")
            .normalize();
    private static final Path DOCS = ROOT.resolve("docs");

    @TestFactory
    Stream<DynamicTest> everyJavaBlockIsCompiledCode() {
        String compiled = withoutSpace(Stream.of(
                        "src/core/src/test/java/io/kulkul/core/docs",
                        "src/core/src/test/java/io/kulkul/core/dialect",
                        "it/src/test/java/io/kulkul/it")
                .map(ROOT::resolve)
                .flatMap(folder -> filesBelow(folder, ".java")));
        return blocks("java")
                .map(block -> DynamicTest.dynamicTest(
                        block, () -> assertThat(compiled).contains(withoutSpace(Stream.of(block)))));
    }

    @TestFactory
    Stream<DynamicTest> everyFrameIsJson() {
        return blocks("json").map(block -> DynamicTest.dynamicTest(block, () -> Json.check(block)));
    }

    @TestFactory
    Stream<DynamicTest> everyLinkLeadsSomewhere() {
        return pages().flatMap(page -> matches("\\]\\(([^)#:]+)(?:#[^)]*)?\\)", text(page))
                .map(link -> page.getParent().resolve(link))
                .map(target -> DynamicTest.dynamicTest(
                        page.getFileName() + " -> " + target.getFileName(),
                        () -> assertThat(target).exists())));
    }

    @TestFactory
    Stream<DynamicTest> everySectionThatIsLinkedToExists() {
        return pages().flatMap(page -> matches("\\]\\(((?:[^)#:]+)?#[^)]+)\\)", text(page))
                .map(link -> DynamicTest.dynamicTest(page.getFileName() + " -> " + link, () -> {
                    String file = link.substring(0, link.indexOf('#'));
                    Path target = file.isEmpty() ? page : page.getParent().resolve(file);
                    assertThat(anchors(target)).contains(link.substring(link.indexOf('#') + 1));
                })));
    }

    @Test
    void everyTestThatShowsAGuaranteeExists() {
        String tests = Stream.of(ROOT.resolve("src/core/src/test"), ROOT.resolve("it/src/test"))
                .flatMap(folder -> sources(folder)
                        .map(file -> file.getFileName().toString().replace(".java", "")
                                + " has "
                                + String.join(
                                        " ",
                                        matches("void ([A-Za-z0-9]+)\\(", text(file))
                                                .toList())
                                + " \n"))
                .collect(Collectors.joining());

        assertThat(matches("`([A-Za-z]+(?:Test|IT)\\.[A-Za-z0-9]+)`", text(DOCS.resolve("guarantees.md"))))
                .isNotEmpty()
                .allSatisfy(name -> {
                    String[] parts = name.split("\\.", -1);
                    assertThat(tests).containsPattern("(?m)^" + parts[0] + " has (?:[^\\n]* )?" + parts[1] + " ");
                });
    }

    @Test
    void everyNumberOfALogMessageIsExplainedAndNoOther() {
        Set<String> logged = Stream.of("src/core/src/main", "src/gateway/src/main", "src/api/src/main")
                .flatMap(folder -> sources(ROOT.resolve(folder)))
                .flatMap(file -> matches("(KULKUL[0-9]{4}[A-Z])", text(file)))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(matches("\\| (KULKUL[0-9]{4}[A-Z]) \\|", text(DOCS.resolve("operations.md"))))
                .containsExactlyInAnyOrderElementsOf(logged);
    }

    @Test
    void everyMetricIsExplainedAndNoOther() {
        String meter = text(ROOT.resolve("src/core/src/main/java/io/kulkul/core/telemetry/MetricsMeter.java"));
        Set<String> measured = Stream.concat(
                        matches("(?:counter|gauge)\\(\\s*\"(kulkul_[a-z_]+)\"", meter),
                        // The exporter adds a timer's unit to its name.
                        matches("timer\\(\\s*\"(kulkul_[a-z_]+)\"", meter).map(timer -> timer + "_seconds"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(matches("(?m)^\\| `(kulkul_[a-z_]+)(?:\\{[a-z]+})?` \\|", text(DOCS.resolve("operations.md"))))
                .containsExactlyInAnyOrderElementsOf(measured);
    }

    @Test
    void everyErrorCodeIsExplained() {
        String protocol = text(DOCS.resolve("protocol.md"));

        assertThat(ErrorCode.values())
                .allSatisfy(code -> assertThat(protocol).containsPattern("(?m)^\\|[^|]*`" + code.wire() + "`[^|]*\\|"));
    }

    @Test
    void everyCloseCodeIsExplained() {
        String protocol = text(DOCS.resolve("protocol.md"));

        assertThat(CloseCode.values())
                .allSatisfy(code -> assertThat(protocol).containsPattern("(?m)^\\| " + code.code() + " \\|"));
    }

    private static Stream<Path> pages() {
        return Stream.concat(Stream.of(ROOT.resolve("README.md")), files(DOCS, ".md"));
    }

    private static Stream<String> blocks(String language) {
        return pages().flatMap(page -> matches("(?ms)^```" + language + "\\R(.*?)^```", text(page)));
    }

    /** The anchors of a page's headings, as forges make them. */
    private static List<String> anchors(Path page) {
        return matches("(?m)^#+ (.*)$", text(page))
                .map(heading -> heading.toLowerCase(java.util.Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private static Stream<String> matches(String regex, String text) {
        List<String> found = Pattern.compile(regex)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
        return found.stream();
    }

    private static Stream<Path> sources(Path folder) {
        return files(folder, ".java");
    }

    private static Stream<String> filesBelow(Path folder, String ending) {
        return files(folder, ending).map(DocumentationTest::text);
    }

    private static Stream<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String withoutSpace(Stream<String> texts) {
        return texts.map(text -> text.replaceAll("\\s+", "")).collect(Collectors.joining("\n"));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
