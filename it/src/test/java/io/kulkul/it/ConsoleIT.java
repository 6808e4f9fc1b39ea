package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/**
 * An operator looks at the console and uses it.
 *
 * <p>How much there is to show is said by {@code kulkul.it.console.connections} (150), {@code .rate} (events a second, 150) and {@code
 * .seconds} (5); {@code .long-task} is above how many milliseconds a long task fails the test, which by default none does.
 */
@ExtendWith(ArquillianExtension.class)
class ConsoleIT {
    static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private static final int CONNECTIONS = Integer.getInteger("kulkul.it.console.connections", 150);
    private static final int RATE = Integer.getInteger("kulkul.it.console.rate", 150);
    private static final int SECONDS = Integer.getInteger("kulkul.it.console.seconds", 5);
    private static final int LONG_TASK = Integer.getInteger("kulkul.it.console.long-task", Integer.MAX_VALUE);

    private final List<KulkulClient> clients = new ArrayList<>();
    private final KulkulApi api = KulkulApi.ofAdministrator();
    private Browser browser;

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }

    @BeforeEach
    void openBrowser() {
        browser = Browser.open(1440, 900);
        browser.resize(1440, 900);
    }

    @AfterEach
    void closeBrowser() {
        clients.forEach(KulkulClient::close);
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void connectsWithTheTokenOfTheAddressAndForgetsItThere() {
        openConsole();

        assertThat(browser.address()).doesNotContain("token");
        assertThat(browser.run("return localStorage.length")).isEqualTo(0L);
    }

    @Test
    void takesATokenThatIsTypedInAndForgetsItWhenItIsTold() {
        browser.visit(ServerUnderTest.http("/console").toString());
        browser.type("#token", Tokens.forAdministrator().token());
        browser.press(Keys.ENTER);
        browser.awaitText("#state", "connected to");

        browser.click("#forget");

        browser.awaitText("#gate-why", "forgotten");
        assertThat(browser.run("return sessionStorage.getItem('kulkul-token')")).isNull();
    }

    @Test
    void showsNothingOfBeforeToWhoeverGivesTheNextToken() {
        String connections = "document.querySelector('[data-chart=connections] .chart-value').textContent";
        for (int i = 0; i < 9; i++) {
            connect("console-before-" + i);
        }
        openConsole();
        browser.awaitTrue("return Number(" + connections + ") >= 10");
        clients.forEach(KulkulClient::close);
        browser.awaitTrue("return Number(" + connections + ") < 10");

        browser.click("#forget");
        browser.awaitText("#gate-why", "forgotten");
        assertThat(browser.run("return [...document.querySelectorAll('.chart-value')]"
                        + ".every(each => each.textContent === '–')"))
                .isEqualTo(true);
        assertThat(browser.elements("#instances-body tr, .chart-canvas canvas")).isEmpty();

        // Told from now on only, while an operator of all tenants would be given the past by the server.
        browser.type(
                "#token", Tokens.forAdministrator().inTenant("console-next").token());
        browser.press(Keys.ENTER);
        String spoken = "document.querySelector('[data-chart=connections] .chart-canvas').getAttribute('aria-label')";
        browser.awaitTrue("return " + spoken + ".includes('at most')");
        assertThat(browser.run("return Number(" + spoken + ".match(/at most (\\d+)/)[1]) < 10"))
                .isEqualTo(true);
    }

    @Test
    void mayNotBeShownInAFrameOfAnotherPage() throws Exception {
        HttpResponse<String> page = api.get("/console/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy")).hasValue("frame-ancestors 'none'");
        assertThat(page.body())
                .doesNotContain("<script>")
                .doesNotContain("style=")
                .contains("script-src 'self'");
    }

    @Test
    void saysThatTheTokenHasNoAdminPermission() {
        visit("#token=" + Tokens.forUser("alice").token());

        browser.awaitText("#gate-why", "no admin permission");
    }

    @Test
    void saysThatTheTokenIsNotValid() {
        visit("#token=" + Tokens.forAdministrator().signedBy(new TestKey()).token());

        browser.awaitText("#gate-why", "not valid");
    }

    @Test
    void showsTheInstanceWithItsFiguresOverTime() throws Exception {
        connect("alice").subscribe("console-figures:1");
        openConsole();

        browser.awaitCount("#charts figure", 9);
        browser.awaitText("#instances-body tr .badge", "up");
        browser.awaitTrue(
                "return Number(document.querySelector('[data-chart=connections] .chart-value').textContent) >= 2");
        // What was before the page was opened is there: the server has it.
        browser.awaitTrue("return document.querySelector('[data-chart=heap] .chart-value').textContent.endsWith('iB')");
        // Lines are there where npm was when the console was built, and in CI it has to be.
        if (System.getenv("CI") != null
                || api.get("/console/vendor/uPlot.iife.min.js").statusCode() == 200) {
            browser.awaitTrue("return document.querySelectorAll('[data-chart] canvas').length === 9");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void findsAndSortsConnections() {
        for (String user : List.of("console-anna", "console-bela", "console-carl")) {
            connect(user).subscribe("console-find:1");
        }
        clients.get(1).subscribe("console-find:2");
        openConsole();
        view("connections");

        browser.type("#connections-search", "console-");
        browser.awaitCount("#connections-table tbody tr", 3);
        browser.click("#connections-table th:nth-child(5) .sort");
        browser.awaitText("#connections-table tbody tr:first-child", "console-bela");
        browser.awaitText("#connections-table th[aria-sort=descending]", "Subscriptions");

        browser.type("#connections-search", "carl");
        browser.awaitCount("#connections-table tbody tr", 1);
        browser.awaitText("#connections-table .range", "1–1 of 1");
    }

    @Test
    void turnsThePagesOfATable() throws Exception {
        for (int i = 0; i < 60; i++) {
            publish("console-pages:%02d".formatted(i), "note", "1");
        }
        openConsole();
        view("channels");
        browser.type("#channels-search", "console-pages:");
        browser.click("#channels-table th:first-child .sort");
        browser.awaitText("#channels-table .range", "1–50 of 60");

        browser.click("#channels-table .pager button:last-child");

        browser.awaitText("#channels-table .range", "51–60 of 60");
        browser.awaitText("#channels-table tbody tr:last-child", "console-pages:59");
    }

    @Test
    void followsAChannelWithAFilterAndAPause() throws Exception {
        openConsole();
        follow("console-live:*");

        publish("console-live:1", "tick", "{\"size\":1}");
        browser.awaitText("#live .event", "tick");

        browser.click("#live-pause");
        publish("console-live:1", "tock", "{\"size\":2}");
        browser.awaitText("#live-pause", "Go on (1 waiting)");
        assertThat(browser.elements("#live .event")).hasSize(1);
        browser.click("#live-pause");
        browser.awaitText("#live .event:first-child", "tock");

        browser.type("#live-filter", "{\"size\":3}");
        browser.press(Keys.ENTER);
        browser.awaitText("#live-state", "following with a filter");
        publish("console-live:1", "left-out", "{\"size\":4}");
        publish("console-live:2", "passes", "{\"size\":3}");
        browser.awaitText("#live .event:first-child", "passes");
        assertThat(browser.elements("#live .event")).hasSize(3);

        browser.type("#live-find", "tock");
        browser.awaitCount("#live .event:not([hidden])", 1);
    }

    @Test
    void showsPayloadsAsTextOnly() throws Exception {
        openConsole();
        follow("console-text:1");

        publish("console-text:1", "<i>name</i>", "{\"html\":\"<img src=x onerror=document.title='owned'>\"}");
        browser.awaitText("#live .name", "<i>name</i>");
        browser.click("#live summary");

        browser.awaitText("#live .payload", "<img src=x onerror");
        assertThat(browser.elements("#live img")).isEmpty();
        assertThat(browser.run("return document.title")).asString().doesNotContain("owned");
    }

    @Test
    void browsesTheHistoryBackToTheFirstEvent() throws Exception {
        for (int i = 1; i <= 70; i++) {
            publish("console-past:1", "note", Integer.toString(i));
        }
        openConsole();
        follow("console-past:1");

        browser.click("#tab-history");
        browser.awaitCount("#history .event", 50);
        browser.awaitText("#history .event:first-child .seq", "#70");
        browser.click("#history-older");

        browser.awaitCount("#history .event", 70);
        browser.awaitText("#history .event:last-child .seq", "#1");
    }

    @Test
    void publishesAndTellsThePositionOrWhatIsWrong() {
        openConsole();
        follow("console-publish:1");
        browser.click("#tab-publish");

        browser.type("#publish-payload", "{nonsense");
        browser.click("#publish");
        browser.awaitText("#publish-result", "The payload is not JSON");
        browser.type("#publish-payload", "{\"large\":12345678901234567890}");
        browser.click("#publish");
        browser.awaitText("#publish-result", "Published at #1");

        browser.click("#tab-live");
        browser.awaitText("#live .brief", "12345678901234567890");
    }

    @Test
    void disconnectsAConnectionOnceThatIsConfirmed() {
        KulkulClient client = connect("console-victim");
        openConsole();
        view("connections");
        browser.type("#connections-search", "console-victim");
        browser.awaitCount("#connections-table tbody tr", 1);

        browser.click("#connections-table .actions .bad");
        browser.awaitText("dialog", "console-victim");
        // The harmless answer has the focus.
        browser.press(Keys.ENTER);
        browser.awaitCount("dialog", 0);
        browser.awaitCount("#connections-table tbody tr", 1);

        browser.click("#connections-table .actions .bad");
        browser.click("dialog .danger");

        client.expectClose(4410);
        browser.awaitText("#toasts", "console-victim is disconnected");
        browser.awaitCount("#connections-table tbody tr", 0);
    }

    @Test
    void endsASubscriptionOfAConnection() {
        KulkulClient client = connect("console-subscriber");
        client.subscribe("console-ends:1");
        openConsole();
        view("connections");
        browser.type("#connections-search", "console-subscriber");
        browser.awaitCount("#connections-table tbody tr", 1);
        browser.click("#connections-table .actions button:first-child");
        browser.awaitText("dialog .plain", "console-ends:1");

        browser.click("dialog .plain .bad");
        browser.click("dialog.ask .danger");

        assertThat(client.expect("unsubscribed").getString("reason")).isEqualTo("revoked");
    }

    @Test
    void revokesTheTokensOfAUserOnceThatIsConfirmed() {
        String token = Tokens.forUser("console-revoked")
                .issuedIn(Duration.ofMinutes(-1))
                .token();
        KulkulClient client = KulkulClient.to("/ws").withToken(token).connect();
        clients.add(client);
        client.expect("connected");
        openConsole();
        view("connections");

        browser.click("#revoke");
        browser.type("#revoke-user", "console-revoked");
        browser.press(Keys.ENTER);
        browser.awaitText("dialog.ask", "all tokens of console-revoked");
        browser.click("dialog.ask .danger");

        client.expectClose(4401);
        browser.awaitText("#toasts", "Revoked; 1 connections");
    }

    @Test
    void anOperatorOfOneTenantSeesThatTenant() {
        KulkulClient member = KulkulClient.to("/ws/console-acme")
                .withToken(Tokens.forUser("console-member")
                        .inTenant("console-acme")
                        .token())
                .connect();
        clients.add(member);
        connect("console-stranger");
        visit("#token=" + Tokens.forAdministrator().inTenant("console-acme").token());
        browser.awaitText("#state", "connected to");
        browser.awaitText("#overview-note", "for one tenant");
        view("connections");

        browser.awaitText("#connections-table tbody", "console-member");
        browser.awaitText("#connections-table tbody", "administrator");
        assertThat(browser.element("#connections-table tbody").getText()).doesNotContain("console-stranger");
    }

    @Test
    void anOperatorOfAllTenantsChoosesOne() {
        KulkulClient member = KulkulClient.to("/ws/console-beta")
                .withToken(Tokens.forUser("console-beta-user")
                        .inTenant("console-beta")
                        .token())
                .connect();
        clients.add(member);
        openConsole();
        view("connections");

        browser.type("#tenant", "console-beta");
        browser.press(Keys.ENTER);

        browser.awaitText("#connections-table tbody", "console-beta-user");
    }

    @Test
    void anOperatorOfAllTenantsSeesAndReachesThemAtOnce() throws Exception {
        KulkulClient member = KulkulClient.to("/ws/console-gamma")
                .withToken(Tokens.forUser("console-all-gamma")
                        .inTenant("console-gamma")
                        .token())
                .connect();
        clients.add(member);
        member.subscribe("console-all:1");
        connect("console-all-none");
        openConsole();
        view("connections");
        browser.type("#connections-search", "console-all-");
        browser.awaitCount("#connections-table tbody tr", 2);
        browser.click("#connections-table th:nth-child(2) .sort");
        browser.awaitText("#connections-table tbody tr:first-child", "console-all-none");
        browser.awaitText("#connections-table tbody tr:last-child", "console-gamma");
        browser.type("#connections-search", "CONSOLE-GAMMA");
        browser.awaitCount("#connections-table tbody tr", 1);

        view("channels");
        browser.type("#channels-search", "console-gamma");
        browser.awaitText("#channels-table tbody tr", "console-all:1");
        browser.click("#channels-table tbody a[href*='console-all']");
        browser.awaitText("#channel-facts", "tenant console-gamma");
        browser.awaitText("#live-state", "following");
        member.publish("console-all:1", "'from the tenant'");
        browser.awaitText("#live .event", "from the tenant");

        view("connections");
        browser.type("#connections-search", "console-all-");
        browser.awaitCount("#connections-table tbody tr", 2);
        browser.awaitText("#connections-table tbody tr:last-child", "console-all-gamma");
        browser.click("#connections-table tbody tr:last-child .actions .bad");
        browser.click("dialog .danger");
        member.expectClose(4410);
    }

    @Test
    void goesOnWithANewTokenWhereTheOldOneHasExpired() throws Exception {
        visit("#token="
                + Tokens.forAdministrator().expiringIn(Duration.ofSeconds(3)).token());
        browser.awaitText("#state", "connected to");
        follow("console-renewed:1");
        publish("console-renewed:1", "before", "1");
        browser.awaitText("#live .event", "before");
        browser.run("window.sameAsBefore = true");

        browser.awaitText("#renewal-why", "has expired");
        assertThat(browser.run("return sessionStorage.getItem('kulkul-token')")).isNull();
        publish("console-renewed:1", "meanwhile", "2");
        browser.type("#renewal-token", "nonsense");
        browser.press(Keys.ENTER);
        browser.awaitText("#renewal-error", "not valid");
        assertThat(Axe.seriousFaults(browser)).isEmpty();
        browser.screenshot(SCREENSHOTS.resolve("console-renewal-1440-light.png"));
        browser.type("#renewal-token", Tokens.forAdministrator().token());
        browser.press(Keys.ENTER);

        browser.awaitTrue("return document.querySelector('#renewal').hidden");
        browser.awaitText("#live .event", "meanwhile");
        publish("console-renewed:1", "after", "3");
        browser.awaitText("#live .event:first-child", "after");
        assertThat(browser.elements("#live .event")).hasSize(3);
        browser.awaitText("#state", "connected to");
        browser.awaitText("#channel-facts", "head #3");
        assertThat(browser.run("return window.sameAsBefore")).isEqualTo(true);
        assertThat(browser.run("return sessionStorage.getItem('kulkul-token')")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "console-another"})
    void beginsAnewWhereTheNewTokenIsOfAnotherOperator(String tenant) {
        visit("#token="
                + Tokens.forAdministrator().expiringIn(Duration.ofSeconds(3)).token());
        browser.awaitText("#state", "as administrator");
        browser.awaitText("#renewal-why", "has expired");

        Tokens other = Tokens.forUser("console-other").withScope("admin");
        browser.type("#renewal-token", (tenant.isEmpty() ? other : other.inTenant(tenant)).token());
        browser.press(Keys.ENTER);

        browser.awaitText("#state", "as console-other");
        browser.awaitTrue("return document.querySelector('#gate').hidden");
        view("connections");
        browser.awaitText("#connections-table tbody", "console-other");
    }

    @Test
    void keepsTheTokenWhileTheGatewayDoesNotAnswer() {
        openConsole();
        browser.runInEveryPage("""
                const real = window.fetch;
                window.away = true;
                window.fetch = (...args) => window.away ? Promise.reject(new TypeError('Failed to fetch')) : real(...args);""");

        browser.visit(ServerUnderTest.http("/").toString());
        browser.visit(ServerUnderTest.http("/console/").toString());

        browser.awaitText("#gate-why", "does not answer");
        assertThat(browser.run("return sessionStorage.getItem('kulkul-token')")).isNotNull();
        browser.run("window.away = false");
        browser.awaitText("#state", "connected to");
        browser.awaitText("#instances-body tr .badge", "up");
    }

    @Test
    void asksForNothingMoreWhenTheTokenIsForgottenWhileThePastIsRead() {
        // What the page takes in pieces waits here for the test.
        browser.runInEveryPage("""
                const later = window.setTimeout;
                window.held = [];
                window.setTimeout = (task, millis, ...rest) => millis === undefined ? window.held.push(task) : later(task, millis, ...rest);
                const real = window.fetch;
                window.asked = [];
                window.fetch = (...args) => { window.asked.push(String(args[0])); return real(...args); };""");
        openConsole();
        browser.awaitTrue("return window.held.length > 0");

        browser.click("#forget");
        browser.run("window.held.splice(0).forEach(task => task())");
        browser.runAsync("requestAnimationFrame(() => requestAnimationFrame(arguments[arguments.length - 1]))");

        assertThat(browser.run("return window.asked.filter(url => url.includes('/instances')).length"))
                .isEqualTo(0L);
        assertThat(browser.element("#gate-why").getText()).contains("forgotten");
    }

    @Test
    void theThemeIsChosenOnATelephoneTooAndStays() throws Exception {
        browser.resize(390, 844);
        openConsole();
        browser.click("#theme");
        browser.awaitText("#theme", "light");
        browser.click("#theme");
        browser.awaitText("#theme", "dark");
        Object dark = browser.run("return getComputedStyle(document.body).backgroundColor");

        browser.visit(ServerUnderTest.http("/").toString());
        browser.visit(ServerUnderTest.http("/console/").toString());

        browser.awaitText("#state", "connected to");
        browser.awaitText("#theme", "dark");
        assertThat(browser.run("return getComputedStyle(document.body).backgroundColor"))
                .isEqualTo(dark)
                .isNotEqualTo("rgb(247, 242, 234)");
        assertThat(browser.run("return document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
        browser.screenshot(SCREENSHOTS.resolve("console-theme-390-dark.png"));
    }

    @Test
    void theArrowKeysLeadToTheTabsOfAPatternAlone() {
        openConsole();
        follow("console-tabs:*");

        browser.run("document.querySelector('#tab-live').focus()");
        browser.press(Keys.ARROW_RIGHT);

        browser.awaitTrue("return document.activeElement.id === 'tab-publish'");
        assertThat(browser.element("#panel-history").isDisplayed()).isFalse();
        browser.press(Keys.ARROW_LEFT);
        browser.awaitTrue("return document.activeElement.id === 'tab-live'");
        browser.press(Keys.ARROW_LEFT);
        browser.awaitTrue("return document.activeElement.id === 'tab-subscribers'");
        assertThat(browser.element("#history-error").getText()).isEmpty();
    }

    @Test
    void nothingOfTheOldFilterIsShownAsIfItHadPassedTheNewOne() throws Exception {
        try (ConsoleLoad load = new ConsoleLoad(ServerUnderTest::http, 5).publishing(400)) {
            openConsole();
            follow("desk:*");
            browser.awaitText("#live .event", "order_shipped");
            browser.run("""
                    window.wrong = 0;
                    new MutationObserver(changes => {
                      if (document.querySelector('#live-state').textContent === 'following with a filter') {
                        window.wrong += changes.flatMap(change => [...change.addedNodes]).length;
                      }
                    }).observe(document.querySelector('#live'), {childList: true});""");

            browser.type("#live-filter", "{\"order\":\"none\"}");
            browser.press(Keys.ENTER);
            browser.awaitText("#live-state", "following with a filter");
            int published = load.published();
            browser.awaitTrue("return document.querySelector('#live-rate').textContent === '0/s'");

            assertThat(published).isPositive();
            assertThat(browser.run("return window.wrong")).isEqualTo(0L);
        }
    }

    @Test
    void sayingTheSameFilterAgainGoesOnFollowing() throws Exception {
        openConsole();
        follow("console-again:1");

        browser.click("#filter-form button");

        browser.awaitText("#live-state", "following");
        publish("console-again:1", "again", "1");
        browser.awaitText("#live .event", "again");
    }

    @Test
    void comesBackAfterALostConnection() {
        openConsole();
        browser.awaitText("#instances-body", "up");

        browser.loseConnection();

        browser.awaitTrue("return window.sockets.length >= 2");
        browser.awaitText("#state", "connected to");
    }

    @Test
    void canBeUsedByTheKeyboardAlone() {
        KulkulClient client = connect("console-keys");
        openConsole();

        browser.run("document.querySelector('[data-view=connections]').focus()");
        browser.press(Keys.ENTER);
        browser.awaitTrue("return !document.querySelector('#view-connections').hidden");
        browser.run("document.querySelector('#connections-search').focus()");
        browser.press("console-keys");
        browser.awaitCount("#connections-table tbody tr", 1);
        browser.run("document.querySelector('#connections-table .actions .bad').focus()");
        browser.press(Keys.ENTER);
        browser.awaitText("dialog", "console-keys");
        browser.press(Keys.ESCAPE);
        browser.awaitCount("dialog", 0);
        // The focus is where it was, so that Enter asks again; one step further is the dangerous answer.
        browser.press(Keys.ENTER);
        browser.awaitText("dialog", "console-keys");
        browser.press(Keys.TAB);
        browser.press(Keys.ENTER);

        client.expectClose(4410);
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void nothingKeepsAnybodyFromUsingIt(String colours) throws Exception {
        browser.prefer(colours);
        try (ConsoleLoad load = new ConsoleLoad(ServerUnderTest::http, CONNECTIONS).publishing(RATE)) {
            openConsole();
            browser.awaitTrue("return document.querySelectorAll('[data-chart] canvas').length === 9");
            fill();
            check("console-overview", colours);
            view("channels");
            browser.awaitText("#channels-table tbody", "desk:");
            check("console-channels", colours);
            view("connections");
            browser.awaitText("#connections-table tbody", "user-0");
            check("console-connections", colours);
            browser.click("#connections-table tbody tr:nth-child(2) .actions button:first-child");
            browser.awaitText("dialog", "Subscriptions");
            check("console-details", colours);
            browser.click("dialog .danger");
            browser.awaitText("dialog.ask", "4410");
            check("console-confirm", colours);
            browser.press(Keys.ESCAPE);
            browser.click("#revoke");
            browser.awaitText("dialog", "Which tokens");
            check("console-revoke", colours);
            browser.press(Keys.ESCAPE);
            follow("desk:*");
            browser.awaitText("#live .event", "order_shipped");
            browser.click("#live-pause");
            browser.click("#live summary");
            check("console-live", colours);
            follow("desk:1");
            browser.click("#tab-history");
            browser.awaitText("#history .event", "order_shipped");
            check("console-history", colours);
            browser.click("#tab-publish");
            check("console-publish", colours);
            browser.click("#forget");
            browser.awaitText("#gate-why", "forgotten");
            check("console-token", colours);
            assertThat(load.published()).isPositive();
        }
    }

    /** Looks for faults at both widths, and keeps a picture of each for those who review the design. */
    private void check(String name, String colours) throws IOException {
        for (Map.Entry<Integer, Integer> size : Map.of(1440, 900, 390, 844).entrySet()) {
            browser.resize(size.getKey(), size.getValue());
            browser.awaitTrue("return innerWidth === " + size.getKey());
            assertThat(browser.run("return document.documentElement.scrollWidth <= innerWidth"))
                    .as(name + " fits " + size.getKey())
                    .isEqualTo(true);
            assertThat(Axe.seriousFaults(browser)).as(name + " " + colours).isEmpty();
            browser.screenshot(SCREENSHOTS.resolve(name + "-" + size.getKey() + "-" + colours + ".png"));
        }
        browser.resize(1440, 900);
    }

    /** Lets the charts have some seconds to show. */
    private void fill() {
        browser.awaitTrue("return document.querySelector('[data-chart=sent] .chart-value').textContent !== '–'");
    }

    @Test
    void staysResponsiveWhileMuchGoesOn() throws Exception {
        browser.runInEveryPage("""
                window.longTasks = [];
                new PerformanceObserver(list => list.getEntries().forEach(task => window.longTasks.push(Math.round(task.duration))))
                    .observe({type: 'longtask', buffered: true});""");
        List<String> measured = new ArrayList<>();
        try (ConsoleLoad load = new ConsoleLoad(ServerUnderTest::http, CONNECTIONS).publishing(RATE)) {
            openConsole();
            long longest = measure("overview", measured);
            view("channels");
            longest = Math.max(longest, measure("channels", measured));
            view("connections");
            longest = Math.max(longest, measure("connections", measured));
            follow("desk:*");
            longest = Math.max(longest, measure("live", measured));
            measured.add("events shown as counted by the page: "
                    + browser.element("#live-count").getText() + ", published by then: " + load.published());
            Files.createDirectories(SCREENSHOTS);
            Files.writeString(
                    SCREENSHOTS.resolveSibling("console-long-tasks-" + CONNECTIONS + ".txt"),
                    CONNECTIONS + " connections, " + RATE + " events/s, " + SECONDS + " s a view\n"
                            + String.join("\n", measured) + "\n");
            assertThat(longest).as(measured.toString()).isLessThanOrEqualTo(LONG_TASK);
        }
    }

    /** The longest task of some seconds in milliseconds; what it decides, if anything, is for the property to say. */
    private long measure(String view, List<String> measured) throws InterruptedException {
        Thread.sleep(SECONDS * 1000L);
        List<Long> tasks = ((List<?>) browser.run("return window.longTasks.splice(0)"))
                .stream().map(task -> ((Number) task).longValue()).toList();
        long longest = tasks.stream().mapToLong(Long::longValue).max().orElse(0);
        measured.add(view + ": " + tasks.size() + " tasks above 50 ms, the longest " + longest + " ms " + tasks);
        return longest;
    }

    private KulkulClient connect(String user) {
        KulkulClient client = KulkulClient.of(user);
        clients.add(client);
        return client;
    }

    private void openConsole() {
        visit("#token=" + Tokens.forAdministrator().token());
        browser.awaitText("#state", "connected to");
    }

    private void visit(String fragment) {
        browser.visit(ServerUnderTest.http("/console/") + fragment);
    }

    private void view(String name) {
        browser.click("[data-view=" + name + "]");
        browser.awaitTrue("return !document.querySelector('#view-" + name + "').hidden");
    }

    private void follow(String channel) {
        view("channels");
        browser.type("#open-channel", channel);
        browser.press(Keys.ENTER);
        browser.awaitText("#channel-title", channel);
        browser.awaitText("#live-state", "following");
    }

    private void publish(String channel, String event, String payload) throws Exception {
        HttpResponse<String> response = api.post(
                "/api/events",
                "application/json",
                HttpRequest.BodyPublishers.ofString(
                        "{\"channel\":\"" + channel + "\",\"event\":\"" + event + "\",\"payload\":" + payload + "}"));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }
}
