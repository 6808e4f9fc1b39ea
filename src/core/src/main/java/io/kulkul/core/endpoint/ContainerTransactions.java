package io.kulkul.core.endpoint;

import io.kulkul.core.bus.Transactions;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.UserTransaction;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** The container's transactions by {@code java:comp/UserTransaction}, which its managed threads have. Thread-safe. */
final class ContainerTransactions implements Transactions {

    private static final String NAME = "java:comp/UserTransaction";

    @Override
    public void begin() {
        try {
            transaction().begin();
        } catch (NotSupportedException | SystemException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void commit() {
        try {
            transaction().commit();
        } catch (RollbackException | HeuristicMixedException | HeuristicRollbackException | SystemException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void end() {
        try {
            if (transaction().getStatus() != Status.STATUS_NO_TRANSACTION) {
                transaction().rollback();
            }
        } catch (SystemException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("BanJNDI") // the name is a constant, and the container's own directory answers
    private static UserTransaction transaction() {
        try {
            return InitialContext.doLookup(NAME);
        } catch (NamingException e) {
            throw new IllegalStateException(e);
        }
    }
}
