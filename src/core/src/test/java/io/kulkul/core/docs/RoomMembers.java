package io.kulkul.core.docs;

import io.kulkul.api.spi.AccessRequest;
import io.kulkul.api.spi.Authorization;
import io.kulkul.api.spi.ChannelAuthorizer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;

@ApplicationScoped
public class RoomMembers implements ChannelAuthorizer {

    @Inject
    Rooms rooms;

    @Override
    @Transactional
    public Authorization authorize(AccessRequest request) {
        if (!request.channel().startsWith("room:")) {
            return Authorization.abstain(Duration.ofMinutes(10));
        }
        return rooms.hasMember(request.channel(), request.user())
                ? Authorization.allow(Duration.ofSeconds(30))
                : Authorization.deny(Duration.ofSeconds(5));
    }
}
