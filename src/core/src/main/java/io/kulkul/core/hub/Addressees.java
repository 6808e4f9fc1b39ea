package io.kulkul.core.hub;

import io.kulkul.api.UserChannel;
import io.kulkul.core.eventlog.ChannelId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows whose connections are meant by a tenant's {@code broadcast} and by a user's own channel: what is published there reaches all of
 * them, whether they subscribed or not.
 *
 * <p>Nobody is subscribed to such a channel before the first event of it is published; from then on everybody is who is meant. Thread-safe.
 */
final class Addressees {

    /** The channel of a tenant as a whole. */
    static final String BROADCAST = "broadcast";

    private static final String USER = UserChannel.NAMESPACE + ':';

    private final Map<ChannelId, Group> groups = new ConcurrentHashMap<>();

    /** The client is one of those who are meant by the channel. */
    void add(ChannelId channel, Client client) {
        Group group = groups.compute(channel, (id, known) -> {
            Group into = known == null ? new Group() : known;
            into.members.add(client);
            return into;
        });
        // After it is a member: whoever publishes the first event meanwhile sees one of the two.
        if (group.inUse) {
            client.join(channel);
        }
    }

    void remove(ChannelId channel, Client client) {
        groups.computeIfPresent(channel, (id, group) -> {
            group.members.remove(client);
            return group.members.isEmpty() ? null : group;
        });
    }

    /** Something is about to be published: whoever is meant by the channel has to be subscribed to it before. */
    void beforePublish(ChannelId channel) {
        if (!channel.name().equals(BROADCAST) && !channel.name().startsWith(USER)) {
            return;
        }
        Group group = groups.get(channel);
        if (group != null && !group.inUse) {
            group.begin(channel);
        }
    }

    /** Whether anybody here is meant by the channel. */
    boolean any(ChannelId channel) {
        return groups.containsKey(channel);
    }

    /** Those who are meant by the channel now. */
    List<Client> of(ChannelId channel) {
        Group group = groups.get(channel);
        return group == null ? List.of() : List.copyOf(group.members);
    }

    private static final class Group {
        /** One member is the normal case: each user has a group. */
        private final Set<Client> members = ConcurrentHashMap.newKeySet(1);

        private volatile boolean inUse;

        /** Returns when all are subscribed, also where another thread has begun with it. */
        synchronized void begin(ChannelId channel) {
            if (!inUse) {
                members.forEach(member -> member.join(channel));
                inUse = true;
                // Those who came while the others were being subscribed have not seen that it is in use.
                members.forEach(member -> member.join(channel));
            }
        }
    }
}
