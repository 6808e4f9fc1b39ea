package io.kulkul.core.bus;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import java.lang.System.Logger.Level;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import javax.naming.InitialContext;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.NoInitialContextException;
import org.jspecify.annotations.Nullable;

/**
 * Finds what the server's configuration says about messaging, under names that are the same whatever the broker.
 *
 * <p>Whether there is a connection factory decides whether there are other instances.
 */
public final class JmsResources {

    static final String CONNECTION_FACTORY = "jms/kulkul/ConnectionFactory";
    static final String EVENTS = "jms/kulkul/Events";
    static final String PUBLISH = "jms/kulkul/Publish";

    private static final System.Logger LOG = System.getLogger(JmsResources.class.getName());

    private final @Nullable ConnectionFactory factory;
    private final @Nullable Topic events;
    private final @Nullable Queue publish;

    private JmsResources(@Nullable ConnectionFactory factory, @Nullable Topic events, @Nullable Queue publish) {
        this.factory = factory;
        this.events = events;
        this.publish = publish;
    }

    /** The server's directory of names. */
    @FunctionalInterface
    interface Directory {
        Object lookup(String name) throws NamingException;
    }

    /**
     * Looks into the server's directory.
     *
     * @throws IllegalStateException when there is a connection factory and no topic, or one of them is something else
     */
    @SuppressWarnings("BanJNDI") // the names are constants, and the container's own directory answers
    public static JmsResources find() {
        return find(InitialContext::doLookup);
    }

    static JmsResources find(Directory directory) {
        ConnectionFactory factory = find(directory, CONNECTION_FACTORY, ConnectionFactory.class);
        if (factory == null) {
            return new JmsResources(null, null, null);
        }
        Topic events = find(directory, EVENTS, Topic.class);
        if (events == null) {
            throw new IllegalStateException("KULKUL0507E there is a " + CONNECTION_FACTORY + " and no " + EVENTS
                    + ": give the server a topic of this name, or take the connection factory away");
        }
        return new JmsResources(factory, events, find(directory, PUBLISH, Queue.class));
    }

    private static <T> @Nullable T find(Directory directory, String name, Class<T> type) {
        Object found;
        try {
            found = directory.lookup(name);
        } catch (NameNotFoundException | NoInitialContextException absent) {
            LOG.log(Level.DEBUG, () -> "KULKUL0509D no " + name + ": " + absent);
            return null;
        } catch (NamingException e) {
            throw new IllegalStateException("KULKUL0508E " + name + " cannot be looked up", e);
        }
        if (!type.isInstance(found)) {
            throw new IllegalStateException("KULKUL0508E " + name + " is no " + type.getName() + " but a "
                    + found.getClass().getName());
        }
        return type.cast(found);
    }

    /**
     * What connects the instance with the others.
     *
     * @param instance differs from the other instances' names
     * @param threads makes threads that may wait for the broker
     */
    public EventBus bus(String instance, ThreadFactory threads, LongSupplier nanoTime) {
        return factory == null || events == null
                ? new LocalBus()
                : new JmsBus(factory, events, instance, threads, nanoTime);
    }

    /**
     * What takes the events that other programs send; null where there is no queue for them.
     *
     * @param transactions in which messages are taken
     * @param threads makes threads that may wait for the broker
     */
    public @Nullable PublishQueue publishQueue(
            PublishHandler handler, @Nullable Transactions transactions, ThreadFactory threads, LongSupplier nanoTime) {
        return factory == null || publish == null
                ? null
                : new PublishQueue(factory, publish, transactions, handler, threads, nanoTime);
    }
}
