package io.kulkul.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Hearing a signal before others do, tried with one that ends nothing: the terminal's size has changed. */
@DisabledOnOs(OS.WINDOWS)
class TerminationSignalTest {

    private static final String HARMLESS = "WINCH";

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private Object before;

    @BeforeEach
    void somebodyListensAlready() throws Exception {
        before = handle(handler("others"));
    }

    @AfterEach
    void restore() throws Exception {
        handle(before);
    }

    private Object handler(String name) throws Exception {
        return Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Class.forName("sun.misc.SignalHandler")},
                (proxy, method, arguments) -> method.getName().equals("handle") ? heard.add(name) : null);
    }

    private static Object handle(Object handler) throws Exception {
        Class<?> type = Class.forName("sun.misc.Signal");
        return type.getMethod("handle", type, Class.forName("sun.misc.SignalHandler"))
                .invoke(null, signal(), handler);
    }

    private static Object signal() throws Exception {
        return Class.forName("sun.misc.Signal").getConstructor(String.class).newInstance(HARMLESS);
    }

    private static void raise() throws Exception {
        Class<?> type = Class.forName("sun.misc.Signal");
        type.getMethod("raise", type).invoke(null, signal());
    }

    private String next() throws InterruptedException {
        return heard.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void theWorkIsDoneBeforeOthersHearIt() throws Exception {
        TerminationSignal.listen(HARMLESS, () -> heard.add("work"));

        raise();

        assertThat(next()).isEqualTo("work");
        assertThat(next()).isEqualTo("others");
    }

    @Test
    void aSecondSignalDoesNotWaitForTheWork() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        TerminationSignal.listen(HARMLESS, () -> {
            heard.add("work");
            await(done);
        });
        raise();
        assertThat(next()).isEqualTo("work");

        raise();

        assertThat(next()).isEqualTo("others");
        done.countDown();
        assertThat(next()).isEqualTo("others");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void workThatFailsKeepsItFromNobody() throws Exception {
        TerminationSignal.listen(HARMLESS, () -> {
            throw new IllegalStateException("the test's work fails");
        });

        raise();

        assertThat(next()).isEqualTo("others");
    }

    @Test
    void whoNoLongerListensLeavesItToTheOthers() throws Exception {
        TerminationSignal.listen(HARMLESS, () -> heard.add("work")).forget();

        raise();

        assertThat(next()).isEqualTo("others");
    }

    @Test
    void whoListensAboveItIsLeftThere() throws Exception {
        TerminationSignal first = TerminationSignal.listen(HARMLESS, () -> heard.add("first"));
        TerminationSignal.listen(HARMLESS, () -> heard.add("second"));

        first.forget();
        raise();

        assertThat(next()).isEqualTo("second");
        assertThat(next()).isEqualTo("others");
    }

    @Test
    void aSignalThatCannotBeHeardIsNoFault() {
        assertThat(TerminationSignal.listen("KILL", () -> heard.add("work"))).isNull();
    }
}
