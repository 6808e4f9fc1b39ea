package io.kulkul.core.hub;

import java.time.Duration;

/**
 * The settings of the hub as a whole.
 *
 * @param instance {@code kulkul.instance}: this instance's name, unique among the instances; a random one by default
 * @param dialect {@code kulkul.dialect}: the dialect of a connection that names none; default {@code kulkul}
 * @param replayMaxEvents {@code kulkul.replay.max-events}: the most events one subscribe replays; 1 to 100,000, default 1,000
 * @param authorizerTimeout {@code kulkul.authorizer.timeout}: how long an application's {@code ChannelAuthorizer} may take; 100 ms to
 *     1 min, default 5 s
 * @param drainDuration {@code kulkul.drain.duration}: over which time clients are sent away before the instance ends; 0 to 10 min, default
 *     20 s
 */
public record HubSettings(
        String instance, String dialect, int replayMaxEvents, Duration authorizerTimeout, Duration drainDuration) {}
