package io.kulkul.core.connection;

import io.kulkul.core.eventlog.Encoded;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How frames reach one client's socket.
 *
 * <p>The outbox begins a send or a ping only after the one before it was reported as done, so that there is never more than one write
 * under way.
 */
public interface Transport {

    /**
     * Has what is due written, on the caller's thread or on another one. Never waits: where {@link #send} may wait for the client, it is
     * another one.
     *
     * @param writing may be run once too often
     */
    void begin(Runnable writing);

    /**
     * Sends a text frame, or begins to. Called by what {@link #begin} was given.
     *
     * @param done is told once, on any thread, perhaps before this method returns; never after a close began
     */
    void send(Encoded frame, Done done);

    /** Whether {@link #sendAll} costs less than as many times {@link #send}. */
    default boolean sendsAll() {
        return false;
    }

    /**
     * Sends several text frames at once, otherwise as {@link #send}. Called where {@link #sendsAll} says so.
     *
     * @param frames two or more, in their order; not changed any more
     */
    default void sendAll(List<Encoded> frames, Done done) {
        throw new UnsupportedOperationException();
    }

    /** Begins to send a WebSocket ping, which any client answers by itself (RFC 6455, section 5.5.2). Never waits. */
    void ping(Done done);

    /**
     * Begins to answer a client's ping. Never waits. Called only where the client's pings were told of: a container may answer them by
     * itself.
     *
     * @param payload the ping's (RFC 6455, section 5.5.3)
     */
    default void pong(byte[] payload, Done done) {
        throw new UnsupportedOperationException();
    }

    /**
     * Closes the socket. May take seconds with a client that does not read, so it is called on a thread that may wait.
     *
     * @param code see {@link io.kulkul.core.protocol.CloseCode}
     * @param reason at most 123 bytes
     */
    void close(int code, String reason);

    /** Hears how a write ended. */
    @FunctionalInterface
    interface Done {
        /**
         * The write is over.
         *
         * @param failure null where the frame was handed to the network
         */
        void done(@Nullable Throwable failure);
    }
}
