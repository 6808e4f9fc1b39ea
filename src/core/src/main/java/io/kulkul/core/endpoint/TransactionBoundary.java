package io.kulkul.core.endpoint;

import jakarta.enterprise.concurrent.ContextService;
import jakarta.enterprise.concurrent.ManageableThread;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/**
 * Runs tasks at once, on the calling thread, and on threads of the hub's each with a transaction context of its own: what the thread had is
 * suspended until the task ends (Jakarta Concurrency 3.0, {@code DefaultContextService}).
 *
 * <p>Without it a thread of the container has one such context for as long as it lives, and Open Liberty keeps the thread's connection to the
 * database in that, also one that broke: it never came back to the pool, and when the database had been away, the pool was full of them.
 */
final class TransactionBoundary {

    private static final System.Logger LOG = System.getLogger(TransactionBoundary.class.getName());
    private static final String CONTEXTS = "java:comp/DefaultContextService";

    private TransactionBoundary() {}

    @SuppressWarnings("BanJNDI") // the name is a constant, and the container's own directory answers
    static Executor find() {
        Executor here = Runnable::run;
        try {
            ContextService contexts = InitialContext.doLookup(CONTEXTS);
            Executor contextual = contexts.createContextualProxy(here, Executor.class);
            // Other threads of the container end their contexts themselves, and the one that starts the application has
            // no whole context yet.
            return task -> (Thread.currentThread() instanceof ManageableThread ? contextual : here).execute(task);
        } catch (NamingException none) {
            LOG.log(Level.DEBUG, () -> "KULKUL0115D no " + CONTEXTS + ": " + none);
            return here;
        }
    }
}
