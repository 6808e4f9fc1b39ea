package io.kulkul.bench.core;

import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.subscription.ChannelPattern;
import io.kulkul.core.subscription.PatternIndex;
import java.util.Collection;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Finding the patterns that match a channel, and adding and removing one, by how many patterns there are. */
@State(Scope.Thread)
public class PatternIndexBenchmark extends CoreBenchmark {

    @Param({"1", "100", "10000", "100000"})
    public int patterns;

    private PatternIndex<Integer> index;
    private ChannelId[] matched;
    private ChannelId unmatched;
    private ChannelPattern another;
    private int turn;

    @Setup
    public void fill() {
        index = new PatternIndex<>();
        matched = new ChannelId[patterns];
        for (int i = 0; i < patterns; i++) {
            // Half are open at the end, half have a star in the middle.
            String pattern = i % 2 == 0 ? "repo:org-" + i + "/*" : "repo:*/project-" + i;
            index.add("", new ChannelPattern(pattern), i);
            matched[i] = new ChannelId("", "repo:org-" + (i & ~1) + "/project-" + (i | 1));
        }
        unmatched = new ChannelId("", "agent:4711/state");
        another = new ChannelPattern("repo:another/*");
    }

    /** Goes round among channels that one or two patterns match. */
    @Benchmark
    public Collection<Integer> found() {
        turn = turn + 1 == patterns ? 0 : turn + 1;
        return index.find(matched[turn]);
    }

    @Benchmark
    public Collection<Integer> notFound() {
        return index.find(unmatched);
    }

    @Benchmark
    public int addedAndRemoved() {
        index.add("", another, -1);
        index.remove("", another, -1);
        return index.size();
    }
}
