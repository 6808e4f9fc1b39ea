package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** An operator sees two instances side by side, whichever of them answers. */
class ConsoleClusterIT {
    private static Cluster cluster;

    private Browser browser;

    @BeforeAll
    static void start() throws Exception {
        cluster = new Cluster("kulkulConsole")
                .withArtemisItself()
                .withSetting("kulkul.namespace.\"*\".history-size", "0")
                .start(2);
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void openBrowser() {
        browser = Browser.open(1440, 900);
        browser.resize(1440, 900);
    }

    @AfterEach
    void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void bothInstancesAreShownSideBySide() throws Exception {
        try (ConsoleLoad one = new ConsoleLoad(cluster.server(0)::http, 40).publishing(60);
                ConsoleLoad other = new ConsoleLoad(cluster.server(1)::http, 25).publishing(30)) {
            open(cluster.server(0));

            browser.awaitCount("#instances-body tr", 2);
            browser.awaitText("#instances-body [data-instance=kulkulConsole-2]", "25");
            browser.awaitTrue(
                    "return Number(document.querySelector('[data-chart=connections] .chart-value').textContent) >= 65");
            browser.awaitTrue(
                    "return document.querySelector('[data-chart=busLag] .chart-value').textContent.endsWith('ms')");
            assertThat(one.published() + other.published()).isPositive();
            for (String colours : List.of("light", "dark")) {
                browser.prefer(colours);
                assertThat(Axe.seriousFaults(browser)).isEmpty();
                browser.screenshot(ConsoleIT.SCREENSHOTS.resolve("console-cluster-1440-" + colours + ".png"));
            }
            browser.resize(390, 844);
            browser.screenshot(ConsoleIT.SCREENSHOTS.resolve("console-cluster-390-dark.png"));
        }
    }

    @Test
    void theTablesAreThoseOfTheInstanceThatWasChosen() {
        try (ConsoleLoad there = new ConsoleLoad(cluster.server(1)::http, 3)) {
            assertThat(there.published()).isZero();
            open(cluster.server(0));
            browser.awaitTrue("return document.querySelector('#instance').options.length === 3");
            browser.click("[data-view=connections]");
            browser.awaitText("#connections-table tbody", "administrator");
            browser.type("#connections-search", "user-0");
            browser.awaitText("#connections-table .range", "no rows");

            browser.click("#instance option[value=kulkulConsole-2]");

            browser.awaitCount("#connections-table tbody tr", 3);
            browser.click("#connections-table .actions button:first-child");
            browser.awaitText("dialog .plain", "desk:");
        }
    }

    @Test
    void aChannelsFactsAreThoseOfTheInstanceThatWasChosen() {
        try (KulkulClient one = subscriberThere("facts:1");
                KulkulClient other = subscriberThere("facts:1")) {
            assertThat(one).isNotSameAs(other);
            open(cluster.server(0));
            browser.awaitTrue("return document.querySelector('#instance').options.length === 3");
            browser.click("[data-view=channels]");
            browser.type("#open-channel", "facts:1");
            browser.press(Keys.ENTER);
            // The console itself.
            browser.awaitText("#channel-facts", "1 subscribers");

            browser.click("#instance option[value=kulkulConsole-2]");

            browser.awaitText("#channel-facts", "2 subscribers");
        }
    }

    @Test
    void isBackWithLiveFiguresWhenItsServerWasKilledAndStartedAgain() throws Exception {
        open(cluster.server(0));
        browser.awaitCount("#instances-body tr", 2);
        browser.run("window.sameAsBefore = true");

        cluster.server(0).kill();
        browser.awaitTrue("return document.querySelector('#state').dataset.state === 'waiting'");
        // What it drew last: whatever comes later is from the server that was started again.
        Object before = browser.run("return document.querySelector('[data-chart=heap] canvas').toDataURL()");
        cluster.server(0).start().awaitReady();

        browser.awaitText("#state", "connected to kulkulConsole-1");
        browser.awaitThat(
                "/^\\d+ s$/.test(document.querySelector('[data-instance=kulkulConsole-1] td:last-child').textContent)",
                Duration.ofSeconds(20));
        browser.awaitText("[data-instance=kulkulConsole-1] .badge", "up");
        browser.awaitThat(
                "document.querySelector('[data-chart=heap] canvas').toDataURL() !== '" + before + "'",
                Duration.ofSeconds(20));
        assertThat(browser.run("return window.sameAsBefore && document.querySelector('#gate').hidden"))
                .isEqualTo(true);
        browser.click("[data-view=connections]");
        browser.awaitText("#connections-table tbody", "administrator");
    }

    private static KulkulClient subscriberThere(String channel) {
        KulkulClient client = KulkulClient.to(cluster.server(1).webSocket("/ws"))
                .withToken(Tokens.forUser("facts").token())
                .connect();
        client.subscribe(channel);
        return client;
    }

    private void open(SecondServer server) {
        browser.visit(
                server.http("/console/") + "#token=" + Tokens.forAdministrator().token());
        browser.awaitText("#state", "connected to kulkulConsole-1");
    }
}
