package io.kulkul.load;

/** Is told how far a run is, on the run's thread, which waits for it. */
public interface LoadListener {

    /** Does nothing. */
    LoadListener NONE = new LoadListener() {};

    /** All connections have subscribed, and nothing was published yet. */
    default void connected() {}

    /** The measured time begins. */
    default void measuring() {}

    /**
     * Within the measured time, after each event.
     *
     * @param published how many events were published, warm-up included
     */
    default void published(long published) {}

    /** The measured time has ended. */
    default void measured() {}
}
