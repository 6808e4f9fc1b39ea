package io.kulkul.core.eventlog;

/** Keeps channels' events for replay and gives them their positions. */
public interface EventLog {

    /** The log of one channel, from where its counting stands now. Called with the channels' lock held. */
    ChannelLog open(ChannelId channel, Retention retention);
}
