package io.kulkul.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A headless Chromium of the machine's own. Where there is none, a test is skipped, but not where everything has to run (CI). */
final class Browser implements AutoCloseable {
    private static final List<Path> CHROMIUM = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/google-chrome"));
    private static final List<Path> DRIVER = List.of(Path.of("/usr/bin/chromedriver"));
    /** Below this a page is shown as on a telephone, which has no bars for scrolling. */
    private static final int NARROW = 600;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Selenium warns of each Chromium that is newer than itself; kept here, or the level would be forgotten with the logger. */
    private static final List<Logger> NEEDLESSLY_LOUD =
            List.of(Logger.getLogger("org.openqa.selenium.devtools"), Logger.getLogger("org.openqa.selenium.chromium"));

    static {
        NEEDLESSLY_LOUD.forEach(logger -> logger.setLevel(Level.SEVERE));
    }

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    static Browser open(int width, int height) {
        boolean here =
                Stream.of(CHROMIUM, DRIVER).allMatch(paths -> paths.stream().anyMatch(Files::isExecutable));
        if (System.getenv("CI") == null) {
            Assumptions.assumeTrue(here, "chromium and chromium-driver are not installed");
        }
        ChromeOptions options = new ChromeOptions();
        options.setBinary(existing(CHROMIUM).toFile());
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                // A name that is not one of this machine to a page.
                "--host-resolver-rules=MAP hub.test 127.0.0.1");
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(existing(DRIVER).toFile())
                .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().window().setSize(new Dimension(width, height));
        Browser browser = new Browser(driver);
        browser.watchSockets();
        return browser;
    }

    private static Path existing(List<Path> paths) {
        return paths.stream().filter(Files::isExecutable).findFirst().orElseThrow();
    }

    void visit(String url) {
        driver.get(url);
    }

    String address() {
        return driver.getCurrentUrl();
    }

    void type(String css, String text) {
        WebElement field = element(css);
        field.clear();
        field.sendKeys(text);
    }

    void click(String css) {
        element(css).click();
    }

    WebElement element(String css) {
        return await(browser -> browser.findElement(By.cssSelector(css)));
    }

    List<WebElement> elements(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    void awaitText(String css, String part) {
        await(browser -> browser.findElements(By.cssSelector(css)).stream()
                        .anyMatch(found -> found.getText().contains(part))
                ? true
                : null);
    }

    /** Sees to it that every WebSocket the page opens is known, so that a test can cut it off. */
    private void watchSockets() {
        driver.executeCdpCommand(
                "Page.addScriptToEvaluateOnNewDocument",
                Map.of(
                        "source",
                        "const Real = WebSocket; window.sockets = [];"
                                + "window.WebSocket = class extends Real {"
                                + "  constructor(...args) { super(...args); window.sockets.push(this); } };"));
    }

    /** Cuts the page's connection off, as a network would: the page did not ask for it. */
    void loseConnection() {
        driver.executeScript("window.sockets.at(-1).close(4000)");
    }

    /** Takes the network away from the page in front, or gives it back. */
    void setOffline(boolean offline) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand(
                "Network.emulateNetworkConditions",
                Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    /** Freezes the page in front as a browser does with one that nobody has looked at for long, or lets it go on. */
    void setFrozen(boolean frozen) {
        driver.executeCdpCommand("Page.setWebLifecycleState", Map.of("state", frozen ? "frozen" : "active"));
    }

    /** Opens another tab and puts it in front. */
    String newTab() {
        driver.switchTo().newWindow(WindowType.TAB);
        watchSockets();
        return driver.getWindowHandle();
    }

    /** The tab in front. */
    String tab() {
        return driver.getWindowHandle();
    }

    void putInFront(String tab) {
        driver.switchTo().window(tab);
    }

    /** Waits until this expression of the page is true. */
    void awaitThat(String expression, Duration patience) {
        new WebDriverWait(driver, patience)
                .withMessage(() -> "not so: " + expression + "; the page shows:\n"
                        + driver.findElement(By.tagName("body")).getText() + "\nand its console says: "
                        + driver.manage().logs().get(LogType.BROWSER).getAll())
                .until(any -> Boolean.TRUE.equals(driver.executeScript("return Boolean(" + expression + ")")));
    }

    Object run(String script) {
        return driver.executeScript(script);
    }

    /** The result of a script that calls its last argument when it is done. */
    Object runAsync(String script) {
        driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
        return driver.executeAsyncScript(script);
    }

    /** Runs a script in every page from now on, before the page's own. */
    void runInEveryPage(String script) {
        driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    }

    /** What the person's system prefers: {@code light} or {@code dark}. */
    void prefer(String colours) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
    }

    /** Makes the page exactly so wide: a window cannot be as narrow as a telephone. */
    void resize(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < NARROW));
    }

    /** Types on the keyboard, wherever the focus is. */
    void press(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    /** Waits until the script, which returns true or false, says true. */
    void awaitTrue(String script) {
        await(browser -> Boolean.TRUE.equals(browser.executeScript(script)) ? true : null);
    }

    /** Waits until so many elements are there. */
    void awaitCount(String css, int count) {
        await(browser -> browser.findElements(By.cssSelector(css)).size() == count ? true : null);
    }

    /** The errors that the page's console has told of since it was asked last. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(Object::toString)
                .toList();
    }

    void screenshot(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    private <T> T await(Function<ChromeDriver, T> condition) {
        return new WebDriverWait(driver, PATIENCE)
                // The page may replace an element between finding it and reading it: then it is looked at again.
                .ignoring(StaleElementReferenceException.class)
                .withMessage(() -> "the page shows:\n"
                        + driver.findElement(By.tagName("body")).getText() + "\nand its console says: "
                        + driver.manage().logs().get(LogType.BROWSER).getAll())
                .until(any -> condition.apply(driver));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
