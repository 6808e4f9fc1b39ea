package io.kulkul.bench.core;

import io.kulkul.core.channel.Appended;
import io.kulkul.core.channel.Channels;
import io.kulkul.core.channel.Namespaces;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.ChannelTail;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.eventlog.MemoryEventLog;
import java.time.Clock;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Appending: to a tail alone, and to a channel with its log, seq, time and arrival number, by how many channels there are. */
@State(Scope.Thread)
public class AppendBenchmark extends CoreBenchmark {

    @Param({"1", "1000", "100000"})
    public int channels;

    private Draft[] drafts;
    private Channels live;
    private ChannelTail tail;
    private long seq;
    private int turn;

    @Setup
    public void open() {
        drafts = new Draft[channels];
        for (int i = 0; i < channels; i++) {
            drafts[i] = new Draft(
                    new ChannelId("", "orders:" + i),
                    "happened",
                    Payloads.ORDER,
                    "0198f3a2-6f00-7000-8000-000000000000",
                    null,
                    null,
                    null);
        }
        // History and tail of a few events: with the defaults 100,000 channels would measure the collector.
        live = new Channels(
                new Namespaces(BenchHub.options(8, 8), Map.of()),
                new MemoryEventLog(() -> "epoch"),
                (channel, event) -> false,
                Clock.systemUTC(),
                System::nanoTime,
                1000);
        tail = new ChannelTail(256);
        for (Draft draft : drafts) {
            live.append(draft);
        }
    }

    /** The ring alone: what all cursors read from. Does not depend on the number of channels. */
    @Benchmark
    public ChannelTail tail() {
        seq++;
        tail.append(new Event(drafts[0], "epoch", seq, true, 0, seq, 0));
        return tail;
    }

    /** All of an append but the fan-out; goes round among the channels. */
    @Benchmark
    public Appended channel() {
        turn = turn + 1 == channels ? 0 : turn + 1;
        return live.append(drafts[turn]);
    }
}
