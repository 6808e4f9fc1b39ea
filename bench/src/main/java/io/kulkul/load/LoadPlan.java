package io.kulkul.load;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run does.
 *
 * @param target the WebSocket endpoint
 * @param tokens taken in turn by the connections; empty for a server whose channels are public
 * @param connections how many subscribe
 * @param slow how many of them stop reading once they have subscribed
 * @param channels how many channels there are
 * @param subscriptions how many channels each connection subscribes to; connection i begins with channel i times this
 * @param prefix of the channels' names, before their number
 * @param rate events per second in all channels together; 0: as many as the subscribers take
 * @param window with rate 0: how many events may be under way
 * @param size of a payload, in bytes
 * @param payload what it looks like
 * @param batch whether the subscribers take arrays
 * @param flushMillis with batch: for how long the server may wait to fill one
 * @param publishing how events are published
 * @param rest with publishing by REST: where
 * @param connectRate connections begun per second; 0: as many as the server takes
 * @param connecting how many connections are under way at a time
 * @param hold how long connections are left alone before the first event
 * @param warmUp how long events are published before the measured time
 * @param duration the measured time
 * @param drain how long the last events are waited for
 * @param napMicros how long a reading thread rests between two looks at its connections; 0: wakes for each
 * @param threads how many threads read
 */
public record LoadPlan(
        Target target,
        List<String> tokens,
        int connections,
        int slow,
        int channels,
        int subscriptions,
        String prefix,
        double rate,
        int window,
        int size,
        Payload payload,
        boolean batch,
        int flushMillis,
        Publishing publishing,
        Target rest,
        int connectRate,
        int connecting,
        Duration hold,
        Duration warmUp,
        Duration duration,
        Duration drain,
        int napMicros,
        int threads) {

    public LoadPlan {
        tokens = List.copyOf(tokens);
    }

    /** How events are published. */
    public enum Publishing {
        /** On a connection of the publisher's own. */
        WEBSOCKET,
        /** In one request of NDJSON without end. */
        REST
    }

    /** The token of a connection; the publisher is number 0, too. */
    @Nullable
    String token(int connection) {
        return tokens.isEmpty() ? null : tokens.get(connection % tokens.size());
    }

    String channel(int number) {
        return prefix + number;
    }

    /** The number of the channel that a connection's subscription is to. */
    int channel(int connection, int subscription) {
        return (int) (((long) connection * subscriptions + subscription) % channels);
    }

    /** Which of a connection's subscriptions is to the channel; not below {@link #subscriptions} where none is. */
    int subscription(int connection, int channel) {
        return (int) Math.floorMod(channel - (long) connection * subscriptions, (long) channels);
    }

    /** How many connections that read subscribe to each channel. */
    int[] readers() {
        int[] readers = new int[channels];
        for (int connection = slow; connection < connections; connection++) {
            for (int subscription = 0; subscription < subscriptions; subscription++) {
                readers[channel(connection, subscription)]++;
            }
        }
        return readers;
    }
}
