package io.kulkul.core.channel;

import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.subscription.ChannelPattern;
import java.util.HashMap;
import java.util.Map;

/**
 * Remembers, per tenant and namespace, until when events were lost together with forgotten channels: one number each, so that a resumed
 * pattern subscription is told the truth about channels that are no more. Guarded by the channels' lock.
 */
final class ForgottenChannels {

    /** Namespaces remembered apart; beyond that they share one number, which only makes the answer more careful. */
    private static final int MAX_REMEMBERED = 10_000;

    private final Map<ChannelId, Long> lostUntil = new HashMap<>();
    private long lostAnywhereUntil;

    /**
     * Whatever was published before the start is lost.
     *
     * @param started milliseconds since the Unix epoch
     */
    ForgottenChannels(long started) {
        lostAnywhereUntil = started - 1;
    }

    void add(ChannelId forgotten, long until) {
        if (until == Long.MIN_VALUE) {
            // Nothing was lost with it; clients could fill the memory with namespaces that never had an event.
            return;
        }
        ChannelId namespace = new ChannelId(forgotten.tenant(), forgotten.namespace());
        if (lostUntil.size() < MAX_REMEMBERED || lostUntil.containsKey(namespace)) {
            lostUntil.merge(namespace, until, Math::max);
        } else {
            lostAnywhereUntil = Math.max(lostAnywhereUntil, until);
        }
    }

    /** Whether no forgotten channel that may match the pattern had an event at or after this time. */
    boolean noneLostSince(String tenant, ChannelPattern pattern, long timestamp) {
        if (lostAnywhereUntil >= timestamp) {
            return false;
        }
        String first = pattern.text().split("[:]", 2)[0];
        for (Map.Entry<ChannelId, Long> entry : lostUntil.entrySet()) {
            boolean mayMatch = first.indexOf('*') >= 0 || entry.getKey().name().equals(first);
            if (mayMatch && entry.getKey().tenant().equals(tenant) && entry.getValue() >= timestamp) {
                return false;
            }
        }
        return true;
    }
}
