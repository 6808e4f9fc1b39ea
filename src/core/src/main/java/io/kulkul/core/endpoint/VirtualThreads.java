package io.kulkul.core.endpoint;

import java.lang.System.Logger.Level;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes virtual threads where they are of use: from JDK 24 on, where a thread that waits in a monitor, as Open Liberty's synchronous writes
 * do, does not keep a processor's thread for itself (JEP 491).
 *
 * <p>By reflection, because the hub runs on Java 17 too. Such threads have nothing of the application's context; writing needs none.
 */
final class VirtualThreads {

    private static final System.Logger LOG = System.getLogger(VirtualThreads.class.getName());
    private static final int SINCE = 24;

    private VirtualThreads() {}

    /** A factory of threads whose names begin so; null where there are none, or they are not of use. */
    static @Nullable ThreadFactory named(String prefix) {
        if (Runtime.version().feature() < SINCE) {
            return null;
        }
        try {
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            builder = type.getMethod("name", String.class, long.class).invoke(builder, prefix, 1L);
            builder = type.getMethod("inheritInheritableThreadLocals", boolean.class)
                    .invoke(builder, false);
            return (ThreadFactory) type.getMethod("factory").invoke(builder);
        } catch (ReflectiveOperationException | RuntimeException unsupported) {
            LOG.log(Level.DEBUG, "KULKUL0114D there are no virtual threads here", unsupported);
            return null;
        }
    }
}
