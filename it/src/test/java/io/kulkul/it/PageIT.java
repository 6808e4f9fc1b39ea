package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A newcomer opens the page in a browser. */
@ExtendWith(ArquillianExtension.class)
class PageIT {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private final HttpClient http = HttpClient.newHttpClient();
    private Browser browser;

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }

    @BeforeEach
    void openBrowser() {
        browser = Browser.open(1440, 900);
    }

    @AfterEach
    void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void connectsWithTheTokenOfTheAddressAndForgetsItThere() {
        openPage();

        assertThat(browser.address()).doesNotContain("token");
    }

    @Test
    void showsTheInstancesOwnStatistics() throws Exception {
        openPage();

        browser.awaitText("[data-figure=connections] b", "1");
        browser.screenshot(SCREENSHOTS.resolve("first-page.png"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1440, 1024, 390})
    void cutsNoFigureOff(int width) throws Exception {
        browser.resize(width, 900);
        openPage();
        browser.awaitText("[data-figure=heapUsedBytes] b", "MiB");
        browser.screenshot(SCREENSHOTS.resolve("first-page-" + width + ".png"));

        Object cutOff = browser.run("""
                // As long as any of them becomes.
                document.querySelector('[data-figure=eventsPublished] b').textContent = '9,999,999';
                const figures = [...document.querySelectorAll('.figure, .figure b')];
                return figures.filter(each => each.scrollWidth > each.clientWidth).map(each => each.textContent).join();""");
        assertThat(cutOff).isEqualTo("");
        Object heights = browser.run(
                "return new Set([...document.querySelectorAll('.figure b')].map(each => each.clientHeight)).size");
        assertThat(heights)
                .as("figures in one line each, and in lines of one height")
                .isEqualTo(1L);
    }

    @Test
    void showsWhatIsPublishedElsewhereWithItsPosition() throws Exception {
        openPage();
        subscribe("page-rest:*");

        publish("page-rest:1", "greeting", "{\"text\":\"<b>hi</b>\"}");

        browser.awaitText("[data-channel='page-rest:1'] .name", "greeting");
        browser.awaitText("[data-channel='page-rest:1'] .payload", "\"<b>hi</b>\"");
        assertThat(browser.element("[data-channel='page-rest:1']").getDomAttribute("data-seq"))
                .isEqualTo("1");
    }

    @Test
    void publishesAndTellsThePosition() {
        openPage();
        subscribe("page-own:1");

        browser.type("#publish-channel", "page-own:1");
        browser.click("#publish");

        browser.awaitText("#publish-result", "Published at #1");
        browser.awaitText("[data-channel='page-own:1'] .name", "greeting");
    }

    @Test
    void saysWhatIsWrongWithAPayloadOrAChannel() {
        openPage();
        browser.type("#publish-payload", "{nonsense");
        browser.click("#publish");
        browser.awaitText("#publish-result", "The payload is not JSON");

        browser.type("#channel", "not a channel");
        browser.click("#subscribe");
        browser.awaitText("#subscribe-error", "bad_channel");
    }

    @Test
    void comesBackAfterALostConnectionWithEveryEventOnce() throws Exception {
        openPage();
        subscribe("page-lost:*");
        publish("page-lost:1", "first", "1");
        browser.awaitText("[data-channel='page-lost:1'] .name", "first");

        browser.loseConnection();
        publish("page-lost:1", "second", "2");

        browser.awaitText("[data-subscription='page-lost:*']", "recovered");
        browser.awaitText("[data-channel='page-lost:1'][data-seq='2'] .name", "second");
        assertThat(browser.elements("[data-channel='page-lost:1']")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void nothingKeepsAnybodyFromUsingIt(String colours) throws Exception {
        browser.prefer(colours);
        browser.visit(ServerUnderTest.http("/").toString());
        browser.awaitTrue("return document.readyState === 'complete'");
        assertThat(Axe.seriousFaults(browser)).as("without a token").isEmpty();

        openPage();
        subscribe("page-axe:*");
        publish("page-axe:1", "greeting", "{\"text\":\"hi\",\"number\":1,\"yes\":true}");
        browser.awaitText("[data-channel='page-axe:1'] .name", "greeting");
        assertThat(Axe.seriousFaults(browser)).as("with an event").isEmpty();

        browser.type("#publish-payload", "{nonsense");
        browser.click("#publish");
        browser.awaitText("#publish-result", "The payload is not JSON");
        browser.type("#channel", "not a channel");
        browser.click("#subscribe");
        browser.awaitText("#subscribe-error", "bad_channel");
        assertThat(Axe.seriousFaults(browser)).as("with faults").isEmpty();
    }

    @Test
    void fitsAPhone() throws Exception {
        browser.close();
        browser = Browser.open(390, 844);
        openPage();
        subscribe("page-phone:*");

        publish(
                "page-phone:" + "long-name-".repeat(20),
                "an.event.with.quite.a.long.name.indeed",
                "{\"wide\":\"" + "x".repeat(150) + "\"}");

        browser.awaitText(".event .name", "an.event");
        assertThat(Axe.seriousFaults(browser)).isEmpty();
        browser.screenshot(SCREENSHOTS.resolve("phone.png"));
        assertThat(browser.run("return document.documentElement.scrollWidth <= window.innerWidth"))
                .isEqualTo(true);
    }

    private void openPage() {
        browser.visit(ServerUnderTest.http("/") + "#token="
                + Tokens.forAdministrator().token());
        browser.awaitText("#state", "connected as");
    }

    private void subscribe(String channel) {
        browser.type("#channel", channel);
        browser.click("#subscribe");
        browser.awaitText("[data-subscription='" + channel + "']", "live");
    }

    private void publish(String channel, String event, String payload) throws Exception {
        String body = "{\"channel\":\"" + channel + "\",\"event\":\"" + event + "\",\"payload\":" + payload + "}";
        HttpRequest request = HttpRequest.newBuilder(ServerUnderTest.http("/api/events"))
                .header("Authorization", "Bearer " + Tokens.forAdministrator().token())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }
}
