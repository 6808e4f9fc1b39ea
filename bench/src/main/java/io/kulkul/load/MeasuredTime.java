package io.kulkul.load;

/** From when to when events count, in {@link System#nanoTime}; before it is set nothing does. Thread-safe. */
final class MeasuredTime {

    private volatile boolean set;
    private long from;
    private long to;

    /** Sets it, once. */
    void set(long begin, long end) {
        from = begin;
        to = end;
        set = true;
    }

    boolean contains(long time) {
        return set && time - from >= 0 && time - to < 0;
    }
}
