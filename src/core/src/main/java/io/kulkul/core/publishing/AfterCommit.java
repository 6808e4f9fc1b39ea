package io.kulkul.core.publishing;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.ArrayList;
import java.util.List;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/**
 * Puts work off until the caller's JTA transaction has been committed (Jakarta Transactions 2.0, section 3.5,
 * {@code TransactionSynchronizationRegistry}).
 */
@ApplicationScoped
public class AfterCommit {

    private static final String REGISTRY = "java:comp/TransactionSynchronizationRegistry";

    private volatile @Nullable TransactionSynchronizationRegistry registry;

    /**
     * Puts the work off, in the order of the calls within a transaction.
     *
     * @param work done after the commit
     * @param otherwise done after a rollback
     * @return false where the caller is in no transaction that could still be rolled back
     */
    boolean deferred(Runnable work, Runnable otherwise) {
        TransactionSynchronizationRegistry transactions = registry();
        if (transactions == null || !undecided(transactions.getTransactionStatus())) {
            return false;
        }
        Work pending = (Work) transactions.getResource(AfterCommit.class);
        if (pending == null) {
            pending = new Work();
            transactions.putResource(AfterCommit.class, pending);
            transactions.registerInterposedSynchronization(pending);
        }
        pending.add(work, otherwise);
        return true;
    }

    /** Whether the caller is in a transaction in which work can still be done. */
    boolean active() {
        TransactionSynchronizationRegistry transactions = registry();
        return transactions != null && transactions.getTransactionStatus() == Status.STATUS_ACTIVE;
    }

    private static boolean undecided(int status) {
        return switch (status) {
            case Status.STATUS_ACTIVE,
                    Status.STATUS_MARKED_ROLLBACK,
                    Status.STATUS_PREPARING,
                    Status.STATUS_PREPARED,
                    Status.STATUS_COMMITTING -> true;
            default -> false;
        };
    }

    @SuppressWarnings("BanJNDI") // the name is a constant, and the container's own directory answers
    private @Nullable TransactionSynchronizationRegistry registry() {
        TransactionSynchronizationRegistry known = registry;
        if (known == null) {
            try {
                known = InitialContext.doLookup(REGISTRY);
                registry = known;
            } catch (NamingException noTransactionsOnThisThread) {
                return null;
            }
        }
        return known;
    }

    /** One transaction's work; confined to the transaction's thread. */
    private static final class Work implements Synchronization {

        private final List<Runnable> afterCommit = new ArrayList<>();
        private final List<Runnable> afterRollback = new ArrayList<>();

        void add(Runnable work, Runnable otherwise) {
            afterCommit.add(work);
            afterRollback.add(otherwise);
        }

        @Override
        public void beforeCompletion() {
            // Nothing of it belongs into the transaction.
        }

        @Override
        public void afterCompletion(int status) {
            (status == Status.STATUS_COMMITTED ? afterCommit : afterRollback).forEach(Runnable::run);
        }
    }
}
