package io.kulkul.core.websocket;

import java.io.IOException;
import java.io.OutputStream;

/** One frame or several, as they are on the wire. */
@FunctionalInterface
public interface Outgoing {

    /**
     * Writes all of it.
     *
     * @throws IOException of the stream
     */
    void writeTo(OutputStream out) throws IOException;
}
