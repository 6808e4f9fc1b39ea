package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;

/** Pages in a browser that use the JavaScript client, whatever happens to them, to their network and to the server. */
class ClientIT {
    private static final Path EXAMPLES = Path.of(System.getProperty("kulkul.it.examples"));
    private static final Duration SOON = Duration.ofSeconds(20);

    /** The longest wait between two attempts is 39 seconds, when a server was away. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static Pages pages;
    private static Cluster cluster;
    private static SecondServer server;
    private static KulkulApi operator;
    private Browser browser;

    @BeforeAll
    static void start() throws Exception {
        pages = new Pages();
        cluster = new Cluster("kulkulPages")
                .withH2()
                .withSetting("kulkul.namespace.kept.log", "database")
                .withSetting("kulkul.connection.allowed-origins", pages.origin())
                .start(1);
        server = cluster.server(0);
        pages.withFiles(Path.of("src", "test", "resources", "client"), "", server);
        operator = new KulkulApi(Tokens.forAdministrator().token(), server::http);
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
        pages.close();
    }

    @BeforeEach
    void openBrowser() {
        browser = Browser.open(1200, 800);
    }

    @AfterEach
    void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void theClientIsServedForPagesOfEveryOriginAndIsKeptByTheBrowser() throws Exception {
        HttpResponse<String> first = get("/client/kulkul.js", "X-Nothing", "none");
        String tag = first.headers().firstValue("ETag").orElseThrow();

        HttpResponse<String> again = get("/client/kulkul.js", "If-None-Match", tag);

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("Content-Type")).hasValue("text/javascript;charset=utf-8");
        assertThat(first.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
        assertThat(first.headers().firstValue("Cache-Control")).hasValue("no-cache");
        assertThat(first.body())
                .isEqualTo(Files.readString(EXAMPLES.resolve("../../src/client/kulkul.js"), StandardCharsets.UTF_8));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(get("/client/store.js", "X-Nothing", "none").statusCode()).isEqualTo(200);
        assertThat(get("/client/react.js", "X-Nothing", "none").statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> get(String path, String header, String value) throws Exception {
        URI uri = server.http(path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).header(header, value).build(), BodyHandlers.ofString());
    }

    @Test
    void afterTheServerWasKilledAndStartedAgainThePageHasEveryEventOnce() throws Exception {
        open("channels=kept:1,kept:*,memory:1");
        publish("kept:1", 1, 5);
        publish("memory:1", 1, 5);
        browser.awaitThat("received['kept:1'].length + received['memory:1'].length === 10", SOON);

        server.kill();
        browser.awaitThat("kulkul.state === 'waiting'", SOON);
        Object published = browser.run(
                "window.published = kulkul.channel('kept:1').publish('note', 'while away');" + " return kulkul.state");
        assertThat(published).isNotEqualTo("open");
        server.start().awaitReady();
        publish("kept:1", 6, 10);
        publish("memory:1", 6, 10);

        browser.awaitThat("kulkul.state === 'open'", PATIENCE);
        browser.awaitThat("received['kept:1'].includes('while away')", SOON);
        publish("kept:1", 11, 12);
        publish("memory:1", 11, 12);
        browser.awaitThat("received['kept:1'].includes(12) && received['memory:1'].includes(12)", SOON);
        browser.awaitThat("received['kept:*'].includes(12)", SOON);
        assertThat(json("received['memory:1']")).isEqualTo("[1,2,3,4,5,6,7,8,9,10,11,12]");
        assertThat(json("received['kept:1'].filter(each => each !== 'while away')"))
                .isEqualTo("[1,2,3,4,5,6,7,8,9,10,11,12]");
        assertThat(json("received['kept:1'].length")).isEqualTo("13");
        assertThat(json("received['kept:*']")).isEqualTo(json("received['kept:1']"));
        assertThat(json("gaps.filter(each => each.startsWith('memory'))")).isEqualTo("[\"memory:1 reset\"]");
        assertThat(json("gaps.filter(each => each.startsWith('kept:1'))")).isEqualTo("[]");
        assertThat(json("errors")).isEqualTo("[]");
    }

    @Test
    void aConnectionThatIsLostIsMadeAgainAndWhatWasMissedIsReplayed() throws Exception {
        open("channels=lost:1,lost:*");
        publish("lost:1", 1, 2);
        browser.awaitThat("received['lost:1'].length === 2", SOON);

        browser.loseConnection();
        publish("lost:1", 3, 5);
        browser.awaitThat("kulkul.state === 'open'", PATIENCE);
        publish("lost:1", 6, 6);

        browser.awaitThat("received['lost:1'].length === 6 && received['lost:*'].length === 6", SOON);
        assertThat(json("received['lost:1']")).isEqualTo("[1,2,3,4,5,6]");
        assertThat(json("received['lost:*']")).isEqualTo("[1,2,3,4,5,6]");
        assertThat(json("gaps")).isEqualTo("[]");
    }

    @Test
    void aTokenIsRenewedBeforeItEndsAndTheConnectionStays() throws Exception {
        pages.giveTokensFor(Duration.ofSeconds(8));
        try {
            open("channels=renewed:1");
            int before = pages.tokensGiven();

            browser.awaitThat("performance.now() > 20000", PATIENCE);

            assertThat(pages.tokensGiven() - before).isBetween(2, 5);
            publish("renewed:1", 1, 1);
            browser.awaitThat("received['renewed:1'].length === 1", SOON);
            assertThat(json("[sockets.length, states, errors]")).isEqualTo("[1,[\"open\"],[]]");
        } finally {
            pages.giveTokensFor(Duration.ofHours(1));
        }
    }

    @Test
    void aPageThatGoesOfflineSleepsAndIsBackAtOnceWithWhatItMissed() throws Exception {
        open("channels=offline:1&hub=" + server.webSocket("/ws").toString().replace("localhost", "hub.test"));
        publish("offline:1", 1, 1);
        browser.awaitThat("received['offline:1'].length === 1", SOON);

        browser.setOffline(true);
        browser.loseConnection();
        browser.awaitThat("states.at(-1) === 'waiting offline'", SOON);
        Object sockets = browser.run("return sockets.length");
        publish("offline:1", 2, 3);
        assertThat(browser.run("return kulkul.status.until")).isNull();
        assertThat(browser.run("return sockets.length")).isEqualTo(sockets);
        browser.setOffline(false);

        browser.awaitThat("received['offline:1'].length === 3", Duration.ofSeconds(5));
        assertThat(json("received['offline:1']")).isEqualTo("[1,2,3]");
        assertThat(json("gaps")).isEqualTo("[]");
    }

    @Test
    void aPageThatIsFrozenSleepsAndIsBackAtOnceWithWhatItMissed() throws Exception {
        open("channels=frozen:1");
        publish("frozen:1", 1, 1);
        browser.awaitThat("received['frozen:1'].length === 1", SOON);

        browser.setFrozen(true);
        publish("frozen:1", 2, 3);
        browser.setFrozen(false);

        browser.awaitThat("received['frozen:1'].length === 3", Duration.ofSeconds(5));
        assertThat(json("received['frozen:1']")).isEqualTo("[1,2,3]");
        assertThat(json("states")).asString().contains("waiting frozen");
    }

    @Test
    void twoTabsHaveEveryEventOnceEach() throws Exception {
        open("channels=tabs:1");
        String first = browser.tab();
        String second = browser.newTab();
        open("channels=tabs:1");

        browser.run("kulkul.channel('tabs:1').publish('note', 1)");
        browser.awaitThat("received['tabs:1'].length === 1", SOON);
        browser.putInFront(first);
        browser.awaitThat("received['tabs:1'].length === 1", SOON);
        browser.loseConnection();
        publish("tabs:1", 2, 2);
        browser.awaitThat("received['tabs:1'].length === 2", PATIENCE);
        browser.putInFront(second);

        assertThat(json("received['tabs:1']")).isEqualTo("[1,2]");
        assertThat(json("sockets.length")).isEqualTo("1");
    }

    @Test
    void thePlainPageOfTheExamplesShowsEveryOrderOnce() throws Exception {
        pages.withFiles(EXAMPLES.resolve("plain-html"), "", server);
        browser.visit(pages.url("index.html") + "#" + Tokens.forUser("paula").token());
        browser.awaitText("#state", "open");

        browser.click("#ship");
        browser.awaitThat("document.querySelectorAll('#orders li').length === 1", SOON);
        publishOrder("A-2");
        browser.awaitText("#orders li:nth-child(2)", "A-2");
        assertThat(Axe.seriousFaults(browser)).isEmpty();

        browser.loseConnection();
        publishOrder("A-3");
        browser.awaitThat("document.querySelectorAll('#orders li').length === 3", PATIENCE);
        browser.awaitText("#orders li:nth-child(3)", "A-3");
    }

    @Test
    void thePageOfTheReadmeHasEveryOrderOnceAlsoWhenTheServerIsKilled() throws Exception {
        String readme = Files.readString(EXAMPLES.resolve("../../README.md"), StandardCharsets.UTF_8);
        String page =
                readme.substring(readme.indexOf("<!doctype html>"), readme.indexOf("```", readme.indexOf("<!doctype")));
        // The README's page is one of the server's own; this one is another's.
        pages.with(
                "readme.html",
                page.replace("'./client/kulkul.js'", "'" + server.http("/client/kulkul.js") + "'")
                        .replace("'ws'", "'" + server.webSocket("/ws") + "'")
                        .replace("/login/token", "/token"));
        browser.visit(pages.url("readme.html"));
        browser.awaitText("#state", "open");
        awaitSubscriberOf("orders:42");

        publishOrder("A-1");
        browser.awaitText("#orders li", "A-1");
        server.kill();
        browser.awaitText("#state", "waiting: ");
        server.start().awaitReady();
        publishOrder("A-2");
        browser.awaitThat("document.querySelectorAll('#orders li').length === 2", PATIENCE);
        publishOrder("A-3");

        browser.awaitText("#orders li:nth-child(3)", "A-3");
        assertThat(browser.elements("#orders li"))
                .extracting(WebElement::getText)
                .containsExactly("A-1", "A-2", "A-3");
    }

    @Test
    void theReactPageOfTheExamplesShowsEveryOrderOnceUnderStrictMode() throws Exception {
        Node react = Node.example("react");
        react.run("", "npm", "run", "build");
        pages.withFiles(react.directory().resolve("dist"), "dist/", server);
        pages.with("react.html", Files.readString(react.directory().resolve("index.html")));
        browser.visit(pages.url("react.html") + "#" + Tokens.forUser("rita").token());
        browser.awaitText("main output:nth-of-type(2)", "live");

        browser.click("main button");
        browser.awaitThat("document.querySelectorAll('main li').length === 1", SOON);
        browser.loseConnection();
        publishOrder("A-2");
        browser.awaitThat("document.querySelectorAll('main li').length === 2", PATIENCE);
        publishOrder("A-3");
        browser.awaitText("main li:nth-child(3)", "A-3");

        assertThat(browser.elements("main li")).hasSize(3);
        assertThat(Axe.seriousFaults(browser)).isEmpty();
        assertThat(operator.json("/api/channels/orders:42").toString()).contains("\"subscribers\":1");
    }

    private void open(String query) {
        browser.visit(pages.url("page.html") + "?" + query);
        browser.awaitThat("window.kulkul?.state === 'open'", PATIENCE);
        browser.awaitThat("Object.keys(received).every(name => kulkul.channel(name).state === 'live')", SOON);
    }

    /** Publishes these numbers, one after the other. */
    private static void publish(String channel, int from, int to) throws Exception {
        for (int payload = from; payload <= to; payload++) {
            send("{'channel':'" + channel + "','event':'e','payload':" + payload + "}");
        }
    }

    private static void awaitSubscriberOf(String channel) throws Exception {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (!operator.get("/api/channels/" + channel).body().contains("\"subscribers\":1")) {
            assertThat(System.nanoTime()).as("nobody subscribes to " + channel).isLessThan(deadline);
            Thread.sleep(100);
        }
    }

    private static void publishOrder(String id) throws Exception {
        send("{'channel':'orders:42','event':'order_shipped','payload':{'orderId':'" + id + "'}}");
    }

    private static void send(String event) throws Exception {
        HttpResponse<String> response = operator.post("/api/events", "application/json", event);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private String json(String expression) {
        return (String) browser.run("return JSON.stringify(" + expression + ")");
    }
}
