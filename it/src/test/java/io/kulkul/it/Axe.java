package io.kulkul.it;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Looks with axe-core for what keeps people from using a page. */
final class Axe {
    private static final String SCRIPT = script();

    private Axe() {}

    private static String script() {
        try (InputStream script = Axe.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The serious and critical faults of what the page shows now, each with its rule, where it is, and what to do. */
    static List<String> seriousFaults(Browser browser) {
        browser.run(SCRIPT);
        Object faults = browser.runAsync("""
                const done = arguments[arguments.length - 1];
                axe.run(document, {resultTypes: ['violations']}).then(
                    found => done(found.violations
                        .filter(fault => fault.impact === 'serious' || fault.impact === 'critical')
                        .flatMap(fault => fault.nodes.map(
                            node => `${fault.id} (${fault.impact}) at ${node.target}: ${node.failureSummary}`))),
                    failure => done([String(failure)]));""");
        return ((List<?>) faults).stream().map(String::valueOf).toList();
    }
}
