package io.kulkul.core.hub;

import io.kulkul.core.protocol.Since;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client said before its first frame.
 *
 * @param tenant the path's tenant; empty where the path has none
 * @param subprotocol the negotiated {@code Sec-WebSocket-Protocol}; empty where there is none
 * @param dialect the query's dialect, or null
 * @param token the {@code Authorization} header's or the query's token, or null
 * @param channels to subscribe at once
 * @param since where those channels go on
 * @param flushMillis how long events may wait to be joined into one frame, 0 to 1,000
 */
public record Handshake(
        String tenant,
        String subprotocol,
        @Nullable String dialect,
        @Nullable String token,
        List<String> channels,
        Map<String, Since.After> since,
        long flushMillis) {

    public Handshake {
        channels = List.copyOf(channels);
        since = Map.copyOf(since);
    }

    /** The same without the token, for those who keep it longer than it takes to look at it. */
    Handshake withoutToken() {
        return new Handshake(tenant, subprotocol, dialect, null, channels, since, flushMillis);
    }

    @Override
    public String toString() {
        return "Handshake[tenant=" + tenant + ", subprotocol=" + subprotocol + "]";
    }
}
