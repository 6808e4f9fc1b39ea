package io.kulkul.core.endpoint;

import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Does something when the process is told to end, before the JVM begins with its shutdown hooks. Thread-safe.
 *
 * <p>A hook of one's own is too late for anything that takes time: hooks run side by side, and that of Open Liberty (26.0.0.5) takes all
 * sockets down 0.1 to 0.5 seconds after the signal. Here the signal itself is heard, and whoever heard it before goes on when the work is
 * done. A second signal does not wait for it.
 *
 * <p>{@code sun.misc.Signal} is in the module {@code jdk.unsupported}, which stays as long as the JDK has nothing in its place. It is used
 * by reflection: javac warns of it in a way that nothing silences, and where it is missing, or the JVM was told to leave signals alone
 * ({@code -Xrs}), the hooks are all there is.
 */
final class TerminationSignal {

    /** What {@code kill} and a container's end send. */
    static final String TERM = "TERM";

    private static final System.Logger LOG = System.getLogger(TerminationSignal.class.getName());

    private final Object signal;
    private final Object handler;
    private final Object previous;
    private final Method register;
    private final Method handle;
    private final AtomicReference<@Nullable Runnable> work;

    private TerminationSignal(String name, Runnable work) throws ReflectiveOperationException {
        ClassLoader platform = ClassLoader.getPlatformClassLoader();
        Class<?> signalType = Class.forName("sun.misc.Signal", true, platform);
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler", true, platform);
        this.work = new AtomicReference<>(work);
        signal = signalType.getConstructor(String.class).newInstance(name);
        handle = handlerType.getMethod("handle", signalType);
        register = signalType.getMethod("handle", signalType, handlerType);
        handler = Proxy.newProxyInstance(
                TerminationSignal.class.getClassLoader(),
                new Class<?>[] {handlerType},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "toString" -> "Kulkul's handler of " + name;
                    default -> received();
                });
        previous = register.invoke(null, signal, handler);
    }

    /**
     * Begins to listen.
     *
     * @param work what to do first, on a thread that may wait
     * @return null where signals cannot be heard
     */
    static @Nullable TerminationSignal listen(String name, Runnable work) {
        try {
            return new TerminationSignal(name, work);
        } catch (ReflectiveOperationException | RuntimeException unsupported) {
            LOG.log(
                    Level.DEBUG,
                    "KULKUL0111D signals cannot be heard: the shutdown hook alone closes connections",
                    unsupported);
            return null;
        }
    }

    /** On a new thread for each signal. */
    private @Nullable Object received() throws ReflectiveOperationException {
        Runnable first = work.getAndSet(null);
        try {
            if (first != null) {
                first.run();
            }
        } finally {
            handle.invoke(previous, signal);
        }
        return null;
    }

    /** Leaves the signal to whoever had it before. Where somebody else listens by now, who passes it on, nothing is done here any more. */
    void forget() {
        work.set(null);
        try {
            Object present = register.invoke(null, signal, previous);
            if (present != handler) {
                register.invoke(null, signal, present);
            }
        } catch (IllegalAccessException | InvocationTargetException e) {
            LOG.log(Level.DEBUG, "KULKUL0111D the signal's handler stays", e);
        }
    }
}
