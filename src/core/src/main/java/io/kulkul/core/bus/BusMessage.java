package io.kulkul.core.bus;

/**
 * What a message on the topic says about itself, by the names of its JMS properties. {@code docs/cluster.md} does not promise them: the topic is
 * for instances of Kulkul alone.
 */
final class BusMessage {

    /** The version that this code writes, and the newest one that it reads. */
    static final int VERSION_NOW = 1;

    /** Who sent it; a string. */
    static final String INSTANCE = "kulkul_instance";

    /** {@link #EVENTS}, {@link #NOTICE} or {@link #PULSE}; a string. */
    static final String KIND = "kulkul_kind";

    /** An int. */
    static final String VERSION = "kulkul_version";

    /** Differs with each start of the sender; a string. */
    static final String RUN = "kulkul_run";

    /** Counts what the sender sent in this run, so that what was sent twice is heard once; a long. */
    static final String NUMBER = "kulkul_number";

    /** What a notice is about; a string. */
    static final String ABOUT = "kulkul_about";

    static final String EVENTS = "events";
    static final String NOTICE = "notice";

    /** What an instance sends to itself in order to know that what it sends arrives. */
    static final String PULSE = "pulse";

    private BusMessage() {}
}
