package io.kulkul.core.eventlog;

/** One way to write events as frames; equal encodings write equal frames. */
public interface Encoding {

    /** The frame's text. */
    String encode(Event event);
}
