package io.kulkul.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.connection.Writers;
import io.kulkul.core.eventlog.Encoded;
import io.kulkul.core.testkit.ManualTimer;
import io.kulkul.core.testkit.TestTime;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How frames are handed to a session that behaves as Open Liberty's does, also while its client does not read. */
class SessionTransportTest {

    private static final Object SENT = new Object();

    private final TestTime time = new TestTime();
    private final ManualTimer timer = new ManualTimer(time);
    private final LibertySession session = new LibertySession();
    private final BlockingQueue<Object> ends = new LinkedBlockingQueue<>();
    private Writers writers = writers(100);
    private SessionTransport transport = transport();
    private volatile String next = "";

    private Writers writers(int maxBlocked) {
        return new Writers(
                task -> {
                    Thread thread = new Thread(task, "writer");
                    thread.setDaemon(true);
                    return thread;
                },
                1,
                maxBlocked,
                60_000,
                timer);
    }

    private void write() {
        transport.send(Encoded.of(next), this::ended);
    }

    private SessionTransport transport() {
        return new SessionTransport(session.asSession(), 1000, writers, Runnable::run, time::nanos);
    }

    @AfterEach
    void endThreads() {
        session.reads();
        session.closed.countDown();
        writers.stop();
    }

    @Test
    void aFrameIsSentOnAWritersThread() throws Exception {
        send("a");

        assertThat(end()).isSameAs(SENT);
        assertThat(session.sent).containsExactly("a on writer");
    }

    @Test
    void onAnyOtherThreadItIsSentAsynchronously() throws Exception {
        transport.send(Encoded.of("a"), this::ended);

        assertThat(end()).isSameAs(SENT);
        assertThat(session.sent).containsExactly("a later");
    }

    @Test
    void whileTooManyThreadsAreBlockedItIsSentAsynchronously() throws Exception {
        writers = writers(0);
        transport = transport();

        send("a");

        assertThat(end()).isSameAs(SENT);
        assertThat(session.sent).containsExactly("a later");
    }

    @Test
    void aClientThatWasSlowIsSentToAsynchronouslyUntilItHasReadForSomeTime() throws Exception {
        session.doesNotRead();
        send("slow");
        session.hangs.acquire();
        time.advance(Duration.ofMillis(101));
        session.reads();
        assertThat(end()).isSameAs(SENT);

        for (int i = 0; i < SessionTransport.QUICK_SENDS; i++) {
            send("quick");
            assertThat(end()).isSameAs(SENT);
        }
        send("again");
        assertThat(end()).isSameAs(SENT);

        assertThat(session.sent)
                .hasSize(SessionTransport.QUICK_SENDS + 2)
                .startsWith("slow on writer", "quick later")
                .endsWith("quick later", "again on writer");
    }

    @Test
    void aHangingWriteIsFreedByTheCloseAndTheInterruptAfterIt() throws Exception {
        session.doesNotRead();
        send("a");
        session.hangs.acquire();

        transport.close(4413, "slow");

        assertThat(end()).isInstanceOf(IOException.class);
        assertThat(session.interruptedBeforeClose).isFalse();
    }

    @Test
    void theThreadThatWasFreedGoesOnUndisturbed() throws Exception {
        session.doesNotRead();
        send("a");
        session.hangs.acquire();
        transport.close(4413, "slow");
        end();

        LibertySession other = new LibertySession();
        SessionTransport another = new SessionTransport(other.asSession(), 1000, writers, Runnable::run, time::nanos);
        another.begin(() -> another.send(Encoded.of("b"), this::ended));

        assertThat(end()).isSameAs(SENT);
        assertThat(other.sent).containsExactly("b on writer");
    }

    @Test
    void whileOneClientHangsTheOthersAreWrittenTo() throws Exception {
        session.doesNotRead();
        send("a");
        session.hangs.acquire();
        LibertySession other = new LibertySession();
        SessionTransport another = new SessionTransport(other.asSession(), 1000, writers, Runnable::run, time::nanos);
        another.begin(() -> another.send(Encoded.of("b"), this::ended));

        // Looks often enough also for a thread that is only just about to wait.
        timer.pass(Duration.ofMillis(100), () -> {});

        assertThat(end()).isSameAs(SENT);
        assertThat(other.sent).containsExactly("b on writer");
    }

    @Test
    void whereTheContainerClosesItWaitsForTheWriteToFail() throws Exception {
        session.doesNotRead();
        send("a");
        session.hangs.acquire();
        Thread container = new Thread(transport::containerCloses, "container");
        container.start();
        awaitWaiting(container);

        session.isLeft();

        assertThat(end()).isInstanceOf(IOException.class);
        container.join();
    }

    @Test
    void whereTheContainerClosesASessionThatIsNotWrittenToItGoesOnAtOnce() {
        Thread container = new Thread(transport::containerCloses, "container");

        container.start();

        assertNeverWaits(container);
    }

    @Test
    void aWriteInWhichTheContainerClosesDoesNotWaitForItself() throws Exception {
        session.inWrite = transport::containerCloses;
        AtomicReference<Thread> writer = new AtomicReference<>();
        transport.begin(() -> {
            writer.set(Thread.currentThread());
            transport.send(Encoded.of("a"), this::ended);
        });

        while (ends.isEmpty()) {
            Thread writing = writer.get();
            assertThat(writing == null ? null : writing.getState()).isNotEqualTo(Thread.State.TIMED_WAITING);
        }

        assertThat(end()).isSameAs(SENT);
    }

    @Test
    void whenTheInstanceHasEndedTheContainerDoesNotWaitForAWrite() throws Exception {
        session.doesNotRead();
        send("a");
        session.hangs.acquire();
        writers.stop();
        Thread container = new Thread(transport::containerCloses, "container");

        container.start();

        assertNeverWaits(container);
        assertThat(ends).isEmpty();
    }

    @Test
    void theContainersPartInAnOwnCloseDoesNotWaitForTheWriteThatTheCloseFrees() throws Exception {
        session.doesNotRead();
        send("a");
        session.hangs.acquire();
        session.onClose = transport::containerCloses;

        Thread closer = new Thread(() -> transport.close(4413, "slow"), "closer");
        closer.start();

        assertNeverWaits(closer);
        assertThat(end()).isInstanceOf(IOException.class);
    }

    @Test
    void aPingIsSentOnAWritersThread() throws Exception {
        transport.begin(() -> transport.ping(this::ended));

        assertThat(end()).isSameAs(SENT);
        assertThat(session.sent).containsExactly("ping on writer");
    }

    @Test
    void aPingToASlowClientLeavesTheWritersAlone() throws Exception {
        writers = writers(0);
        transport = new SessionTransport(
                session.asSession(), 1000, writers, task -> new Thread(task, "pinger").start(), time::nanos);

        transport.begin(() -> transport.ping(this::ended));

        assertThat(end()).isSameAs(SENT);
        assertThat(session.sent).containsExactly("ping on pinger");
    }

    /** A wait would last for a second, so it cannot be missed. */
    private static void assertNeverWaits(Thread thread) {
        while (thread.isAlive()) {
            assertThat(thread.getState()).isNotEqualTo(Thread.State.TIMED_WAITING);
        }
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(thread.isAlive()).isTrue();
            Thread.onSpinWait();
        }
    }

    private void send(String text) {
        next = text;
        transport.begin(this::write);
    }

    private void ended(@Nullable Throwable failure) {
        ends.add(failure == null ? SENT : failure);
    }

    private Object end() throws InterruptedException {
        Object end = ends.poll(20, TimeUnit.SECONDS);
        assertThat(end).as("the end of a write").isNotNull();
        return end;
    }

    /** Its synchronous send waits while the client does not read, and heeds an interrupt only after a close. */
    private static final class LibertySession {

        private final List<String> sent = new CopyOnWriteArrayList<>();
        private final Semaphore hangs = new Semaphore(0);
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile CountDownLatch reading = new CountDownLatch(0);
        private volatile boolean interruptedBeforeClose;
        private volatile boolean left;
        private volatile Runnable onClose = () -> {};
        private volatile Runnable inWrite = () -> {};

        void doesNotRead() {
            reading = new CountDownLatch(1);
        }

        void reads() {
            reading.countDown();
        }

        /** The client has closed its socket: what is written to it fails. */
        void isLeft() {
            left = true;
            reading.countDown();
        }

        Session asSession() {
            RemoteEndpoint.Basic basic = proxy(RemoteEndpoint.Basic.class, (self, method, arguments) -> {
                sendAndWait((String) arguments[0]);
                return null;
            });
            RemoteEndpoint.Async async = proxy(RemoteEndpoint.Async.class, (self, method, arguments) -> {
                if (method.getName().equals("sendPing")) {
                    sent.add("ping on " + Thread.currentThread().getName());
                } else if (method.getName().equals("sendText")) {
                    sent.add(arguments[0] + " later");
                    ((SendHandler) arguments[1]).onResult(new SendResult());
                }
                return null;
            });
            return proxy(Session.class, (self, method, arguments) -> switch (method.getName()) {
                case "getBasicRemote" -> basic;
                case "getAsyncRemote" -> async;
                case "close" -> {
                    onClose.run();
                    closed.countDown();
                    yield null;
                }
                default -> throw new UnsupportedOperationException(method.getName());
            });
        }

        private void sendAndWait(String text) throws IOException {
            sent.add(text + " on " + Thread.currentThread().getName());
            inWrite.run();
            if (reading.getCount() > 0) {
                hangs.release();
            }
            while (true) {
                try {
                    reading.await();
                    if (left) {
                        throw new IOException("broken pipe");
                    }
                    return;
                } catch (InterruptedException e) {
                    interruptedBeforeClose |= closed.getCount() > 0;
                    if (closed.getCount() == 0) {
                        throw new IOException("write not allowed", e);
                    }
                }
            }
        }

        private static <T> T proxy(Class<T> type, InvocationHandler handler) {
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
        }
    }
}
