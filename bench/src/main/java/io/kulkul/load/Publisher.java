package io.kulkul.load;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Brings publications to the server. Confined to the publishing thread, but for what it hears from the server. */
interface Publisher {

    /** Room for the frames or lines of several events. */
    int BUFFER = 64 * 1024;

    /** What stands before and behind a publication, and how they are told apart. */
    void put(byte[] publication, ByteBuffer into);

    /**
     * Sends what was put, and waits until the connection has taken it.
     *
     * @throws IOException where the server has ended the connection
     */
    void send(ByteBuffer publications) throws IOException, InterruptedException;

    /** Nothing more will be published. */
    void finish() throws IOException;

    /** The bytes that a publication may grow by in {@link #put}. */
    int overhead();
}
