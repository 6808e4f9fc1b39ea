package io.kulkul.core.endpoint;

import io.kulkul.core.connection.Writers;
import io.kulkul.core.hub.Threads;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/**
 * The hub's own few threads, made by the container's managed thread factory (Jakarta Concurrency 3.0, section 3.4) so that they have the
 * application's context; a plain factory where there is none.
 */
final class HubThreads {

    private static final System.Logger LOG = System.getLogger(HubThreads.class.getName());
    private static final String FACTORY = "java:comp/DefaultManagedThreadFactory";

    /** At most so many clients that do not read can be waited for at once while they are closed, which takes seconds each. */
    private static final int CLOSERS = 16;

    /** Longer than Open Liberty takes for any close that it ends at all: 8.5 s for its read, and 5.5 s each for what is written and its frame. */
    private static final long CLOSER_MILLIS = 30_000;

    /** WebSocket pings to slow clients wait on threads of their own: behind closers that wait, they would hold up those clients' writes. */
    private static final int PINGERS = 2;

    private static final long PINGER_MILLIS = 2_000;

    /** A write that has hung for so long after it timed out, and after its connection was closed, does not end any more. */
    private static final long LOST_MILLIS = 60_000;

    /** So long clients of an application that ends may take to answer their close frames. */
    private static final long FINISH_MILLIS = 1_000;

    /** The application's rules may wait for its database: so many of them at once. */
    private static final int AUTHORIZERS = 16;

    /** So many clients' wishes wait for the database at once. */
    private static final int READERS = 8;

    /** Commits, the outbox, deleting what is too old. */
    private static final int LOG_THREADS = 3;

    private final Writers writers;
    private final ReplacedThreads closers;
    private final ReplacedThreads pingers;
    private final PatientThreads patient;
    private final UpgradeThreads upgraded;
    private final ExecutorService authorizers;
    private final ExecutorService readers;
    private final ExecutorService log;
    private final ScheduledThreadPoolExecutor timer;
    private final ThreadFactory bus;
    private final ThreadFactory relay;

    /**
     * Begins without threads.
     *
     * @param maxBlocked see {@link Writers}
     * @param writeTimeoutMillis after which a connection whose client takes nothing is closed
     */
    HubThreads(int maxBlocked, long writeTimeoutMillis) {
        ThreadFactory factory = managedFactory();
        authorizers = pool(AUTHORIZERS, named(factory, "authorizer"));
        readers = pool(READERS, named(factory, "reader"));
        log = pool(LOG_THREADS, named(factory, "log"));
        timer = new ScheduledThreadPoolExecutor(1, named(factory, "timer"));
        timer.setRemoveOnCancelPolicy(true);
        closers = new ReplacedThreads("closing connections", CLOSERS, named(factory, "closer"), CLOSER_MILLIS, timer);
        pingers = new ReplacedThreads("pinging clients", PINGERS, named(factory, "pinger"), PINGER_MILLIS, timer);
        ThreadFactory virtual = VirtualThreads.named("kulkul-writer-");
        writers = new Writers(
                virtual == null ? named(factory, "writer") : virtual,
                Math.max(2, Runtime.getRuntime().availableProcessors()),
                maxBlocked,
                writeTimeoutMillis + LOST_MILLIS,
                timer);
        patient = new PatientThreads(virtual, maxBlocked);
        upgraded = new UpgradeThreads(writers, patient, closers, timer, System::nanoTime);
        bus = named(factory, "bus");
        relay = named(factory, "relay");
    }

    private static ExecutorService pool(int threads, ThreadFactory factory) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory named(ThreadFactory factory, String role) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = factory.newThread(task);
            if (thread != null) {
                thread.setName("kulkul-" + role + "-" + number.incrementAndGet());
            }
            return thread;
        };
    }

    @SuppressWarnings("BanJNDI") // the name is a constant, and the container's own directory answers
    private static ThreadFactory managedFactory() {
        try {
            return InitialContext.doLookup(FACTORY);
        } catch (NamingException none) {
            LOG.log(Level.DEBUG, () -> "KULKUL0104D no " + FACTORY + ": " + none);
            return Executors.defaultThreadFactory();
        }
    }

    Threads threads() {
        return new Threads(writers, writers, closers, authorizers, readers, log, timer);
    }

    /** The threads for writing. */
    Writers writers() {
        return writers;
    }

    /** The threads of upgraded connections. */
    UpgradeThreads upgraded() {
        return upgraded;
    }

    /** Ends the upgraded connections whose clients have been told and do not go. */
    void finishUpgraded() {
        try {
            upgraded.finishAll(FINISH_MILLIS);
        } catch (InterruptedException inAHurry) {
            Thread.currentThread().interrupt();
        }
    }

    Executor pingers() {
        return pingers;
    }

    /** Makes threads that talk to the message broker, and may wait for it. */
    ThreadFactory bus() {
        return bus;
    }

    /** Makes the thread that waits for what the database says of its outbox. */
    ThreadFactory relay() {
        return relay;
    }

    void stop() {
        writers.stop();
        patient.stop();
        closers.stop();
        pingers.stop();
        List.of(authorizers, readers, log, timer).forEach(ExecutorService::shutdownNow);
    }
}
