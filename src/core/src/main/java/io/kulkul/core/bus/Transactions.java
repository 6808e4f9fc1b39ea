package io.kulkul.core.bus;

/**
 * The container's transactions, for the calling thread. In an application server a message is taken in one of these: sessions with
 * transactions of their own are refused there (Jakarta Messaging 3.1, section 2.12; ActiveMQ Artemis does so with AMQ159004).
 */
public interface Transactions {

    /** Begins one; what the thread takes from a queue from now on belongs to it. */
    void begin();

    /** What was taken is gone for good. */
    void commit();

    /** What was taken goes back, unless there was a {@link #commit}; does nothing behind that. */
    void end();
}
